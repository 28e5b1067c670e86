import { LONG_DELAY, useLoopback } from '../support/loopback';
import { textFrame } from '../support/tcp-server';
import { journalOf, next } from '../support/watch';

const loopback = useLoopback();

const FINAL = 0x80;
const CLOSE = 8;
const PING = 9;

test('a peer that sends a close frame and keeps TCP open is left after a second, not after half a minute', async () => {
  const server = await loopback.tcp();
  const client = loopback.client(server, LONG_DELAY);
  client.start();
  const peer = await server.peers.at(0);
  await peer.accept();
  await client.ready();
  const start = performance.now();
  const waiting = next(client, 'waiting');
  peer.socket.write(Buffer.from([FINAL | CLOSE, 2, 1012 >> 8, 1012 & 0xff]));
  expect(await waiting).toMatchObject({ error: { code: 'CONNECTION_CLOSED', closeCode: 1012 } });
  expect(performance.now() - start).toBeLessThan(5_000);
});

test('a hundred pings in one segment do not end the connection', async () => {
  const server = await loopback.tcp();
  const client = loopback.client(server, LONG_DELAY);
  const messages = journalOf(client, 'message');
  client.start();
  const peer = await server.peers.at(0);
  await peer.accept();
  await client.ready();
  const pings = Array.from({ length: 100 }, () => Buffer.from([FINAL | PING, 0]));
  peer.socket.write(Buffer.concat([...pings, textFrame('"after the pings"')]));
  expect(await messages.at(0)).toBe('after the pings');
  expect(client.isReady()).toBe(true);
});

test('the bytes of text that was received are counted, not its characters', async () => {
  const server = await loopback.datastream();
  const client = await loopback.readyClient(server);
  const message = next(client, 'message');
  server.connections[0]?.send('"äöü"');
  await message;
  expect(client.stats()).toMatchObject({ messages: 1, bytes: 8 });
});
