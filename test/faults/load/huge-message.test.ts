import { recordFault } from '../../support/fault-ledger';
import { useLoopback } from '../../support/loopback';
import { Marker, MARKER_KEY } from '../../support/marker';
import { journalOf } from '../../support/watch';

const loopback = useLoopback();

const FIFTY_MEGABYTES = 50_000_000;

/** A message whose JSON has so many bytes. */
function messageOf(bytes: number, n: number): { n: number; text: string } {
  const frame = JSON.stringify({ n, text: '' });
  return { n, text: 'x'.repeat(bytes - frame.length) };
}

/** Pings go out all the while. */
const IMPATIENT = { pongTimeout: 5_000, pingInterval: 50 };

test('a message of 50 MB is handled whole, between its neighbours, on the connection it came on', async () => {
  const marker = new Marker();
  const handled: { n: number; length: number }[] = [];
  const server = await loopback.webSockets();
  const client = await loopback.readyClient(server, {
    ...marker.options,
    ...IMPATIENT,
    messageHandler: (message) => {
      const { n, text } = message as { n: number; text: string };
      handled.push({ n, length: text.length });
    },
  });
  const states = journalOf(client, 'state');
  const messages = journalOf(client, 'message');
  marker.watch(client);

  const sent = [messageOf(100, 0), messageOf(FIFTY_MEGABYTES, 1), messageOf(100, 2)];
  const { socket } = await server.peers.at(0);
  for (const message of sent) socket.send(JSON.stringify(message));
  // A message that is refused ends the connection.
  await Promise.race([messages.first(sent.length), states.at(0)]);

  expect(handled).toEqual(sent.map(({ n, text }) => ({ n, length: text.length })));
  expect(states.all).toEqual([]);
  expect(client.stats()).toMatchObject({ messages: 3, bytes: FIFTY_MEGABYTES + 200, queueDepth: 0 });
  marker.showClient(client);
  expect(marker.leaks).toEqual([]);
  recordFault({
    fault: '50 MB in one message',
    injected: 1,
    survived: 1,
    sent: 3,
    lost: 0,
    outOfOrder: 0,
    duplicated: 0,
  });
}, 60_000);

test('a message of 50 MB is sent whole, between its neighbours', async () => {
  const server = await loopback.webSockets();
  const client = await loopback.readyClient(server, { apiKey: MARKER_KEY });
  const states = journalOf(client, 'state');
  const sent = [messageOf(100, 0), messageOf(FIFTY_MEGABYTES, 1), messageOf(100, 2)];
  await Promise.all(sent.map((message) => client.sendMessage(message)));
  const { frames } = await server.peers.at(0);
  // Compared as lengths and digits: a difference between texts of 50 MB is nothing that a test could print.
  const arrived = (await frames.first(3)).map((frame) => [frame.length, frame.slice(0, 6)]);
  expect(arrived).toEqual(sent.map((message) => [message.n === 1 ? FIFTY_MEGABYTES : 100, `{"n":${message.n}`]));
  expect(states.all).toEqual([]);
}, 60_000);
