import type { DatastreamOptions } from '../../../src';
import { useLoopback } from '../../support/loopback';
import { Marker, MARKER_KEY } from '../../support/marker';
import { next, rejection } from '../../support/watch';

const loopback = useLoopback();

/** Looked for as a key is: a message shows nowhere either. */
const CONTENT = MARKER_KEY;

describe('the contents of messages show nowhere', () => {
  async function leaksOf(
    frame: string | Buffer,
    options: Partial<DatastreamOptions<unknown>> = {},
    kind: 'message' | 'error' = 'error',
  ): Promise<string[]> {
    const marker = new Marker();
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server, { ...marker.options, ...options });
    marker.watch(client);
    const happened = next(client, kind);
    (await server.peers.at(0)).socket.send(frame);
    await happened;
    marker.showClient(client);
    return marker.leaks;
  }

  test.each<[string, string | Buffer]>([
    ['truncated text', `{"name":"${CONTENT}`],
    ['a word', CONTENT],
    ['bytes', Buffer.from(`${CONTENT}\xff`, 'latin1')],
  ])('when a frame is malformed: %s', async (_kind, frame) => {
    expect(await leaksOf(frame)).toEqual([]);
  });

  test('when the handler fails', async () => {
    const messageHandler = () => {
      throw new Error('boom');
    };
    expect(await leaksOf(JSON.stringify(CONTENT), { messageHandler })).toEqual([]);
  });

  test('when all is well', async () => {
    expect(await leaksOf(JSON.stringify(CONTENT), {}, 'message')).toEqual([]);
  });

  test('when a message cannot be encoded', async () => {
    const client = await loopback.readyClient(await loopback.webSockets());
    const circular: Record<string, unknown> = { name: CONTENT };
    circular['self'] = circular;
    const marker = new Marker();
    marker.show('rejection', await rejection(client.sendMessage(circular)));
    expect(marker.leaks).toEqual([]);
  });

  test('when a message waits for a handler that does not end', async () => {
    const marker = new Marker();
    const server = await loopback.webSockets();
    const messageHandler = () => new Promise<void>(() => undefined);
    const client = await loopback.readyClient(server, { ...marker.options, messageHandler });
    const { socket } = await server.peers.at(0);
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    for (let count = 0; count < 3; count += 1) socket.send(JSON.stringify(CONTENT));
    socket.ping();
    await pong;
    marker.showClient(client);
    expect([client.stats().queueDepth, marker.leaks]).toEqual([2, []]);
  });
});

test('a URL is shown without its query and its credentials', async () => {
  const server = await loopback.datastream();
  const marker = new Marker();
  const secret = encodeURIComponent(MARKER_KEY);
  const url = server.url.replace('//', `//user:${secret}@`);
  const client = loopback.client({ url: `${url}?token=${secret}` }, { ...marker.options, apiKey: 'key-1' });
  marker.watch(client);
  client.start();
  await client.ready();
  await client.close();
  expect(marker.leaks).toEqual([]);
});

test('a line of the log cannot be forged by the reason of a close', async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const server = await loopback.datastream();
  const client = await loopback.readyClient(server, { logger: { debug: log, info: log, warn: log, error: log } });
  const ready = next(client, 'ready');
  server.faults.closeAll(1012, 'bye\ndatastream: all is well\r\u2028\u001b[31m');
  await ready;
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  expect(lines.filter((line) => /[\u0000-\u001f\u2028]/.test(line))).toEqual([]);
});
