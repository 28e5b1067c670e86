import { inspect } from 'node:util';
import {
  headerAuth,
  messageAuth,
  queryAuth,
  subprotocolAuth,
  type AuthStrategy,
  type DatastreamClient,
  type DatastreamOptions,
} from '../../src';
import { useLoopback } from '../support/loopback';
import { next, rejection } from '../support/watch';

const loopback = useLoopback();

const KEY = 'sk-live-MARKER';
const CONTENT = 'content-of-a-message';

/** Everything that a user could see of a client: what it logs, tells and shows of itself. */
class Evidence {
  readonly #seen: string[] = [];
  readonly options: Partial<DatastreamOptions<unknown>>;

  constructor(options: Partial<DatastreamOptions<unknown>> = {}) {
    const log = (...args: unknown[]) => this.add(args);
    this.options = { apiKey: KEY, logger: { debug: log, info: log, warn: log, error: log }, ...options };
  }

  watch(client: DatastreamClient<unknown>): void {
    for (const type of ['state', 'error'] as const) {
      client.on(type, (event) => {
        this.add(event);
        this.show(client);
      });
    }
  }

  show(client: DatastreamClient<unknown>): void {
    for (const view of [client, client.state, client.stats(), client.url]) this.add(view);
  }

  add(what: unknown): void {
    this.#seen.push(...renderings(what));
  }

  /** The lines with one of these words in them, of all the forms in which something may be printed. */
  linesWith(...words: string[]): string[] {
    const lines = this.#seen.flatMap((text) => text.split('\n'));
    return lines.filter((line) => words.some((word) => line.includes(word)));
  }
}

function renderings(value: unknown): string[] {
  const forms = [String(value), inspect(value, { depth: Infinity, getters: true }), JSON.stringify([value])];
  if (!(value instanceof Error)) return forms;
  return [...forms, value.message, value.stack ?? '', ...renderings(value.cause ?? '')];
}

const STRATEGIES: [string, AuthStrategy][] = [
  ['headerAuth', headerAuth()],
  ['queryAuth', queryAuth()],
  ['subprotocolAuth', subprotocolAuth({ protocol: 'v1' })],
  ['messageAuth', messageAuth((apiKey) => ({ apiKey }))],
];

describe.each(STRATEGIES)('with %s the key shows nowhere', (_name, auth) => {
  /** The key as itself and in the encodings in which it travels. */
  const secrets = [KEY, 'MARKER', Buffer.from(KEY).toString('base64url').slice(0, -1)];
  /** What shows the key of a client that has been through `story`. */
  async function leaks(
    server: { url: string },
    story: (client: DatastreamClient<unknown>) => Promise<unknown>,
    options: Partial<DatastreamOptions<unknown>> = {},
  ): Promise<string[]> {
    const evidence = new Evidence({ auth, maxReconnectAttempts: 2, ...options });
    const client = loopback.client(server, evidence.options);
    evidence.watch(client);
    evidence.show(client);
    evidence.add(await story(client));
    await client.close();
    evidence.show(client);
    return evidence.linesWith(...secrets);
  }
  const refusedStory = (client: DatastreamClient<unknown>) => {
    client.start();
    return rejection(client.ready());
  };
  const closedStory = async (client: DatastreamClient<unknown>) => {
    const closed = next(client, 'closed');
    client.start();
    return (await closed).error;
  };

  test.each([401, 403, 500, 302])('when the upgrade is refused with %d', async (status) => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status, location: '/elsewhere' });
    expect(await leaks(server, refusedStory)).toEqual([]);
  });

  test('when nothing listens', async () => {
    expect(await leaks(await loopback.nowhere(), refusedStory)).toEqual([]);
  });

  test('when the upgrade is not answered', async () => {
    expect(await leaks(await loopback.tcp(), refusedStory, { connectTimeout: 20 })).toEqual([]);
  });

  test('when a host does not speak TLS', async () => {
    const { port } = await loopback.datastream();
    expect(await leaks({ url: `https://127.0.0.1:${port}` }, refusedStory)).toEqual([]);
  });

  test('when it connects, is lost, connects again and is closed', async () => {
    const server = await loopback.webSockets();
    const story = async (client: DatastreamClient<unknown>) => {
      client.start();
      await client.ready();
      const ready = next(client, 'ready');
      (await server.peers.at(0)).socket.close(1012, 'rolling');
      await ready;
      return client.sendMessage(1);
    };
    expect(await leaks(server, story)).toEqual([]);
  });

  test('when the server closes with 4001', async () => {
    const server = await loopback.datastream({ messageAuth: true });
    server.faults.dropAfterAccept({ code: 4001, reason: 'Invalid API key' });
    expect(await leaks(server, closedStory)).toEqual([]);
  });

  test('when the server names the key in the reason of its close', async () => {
    const server = await loopback.datastream({ messageAuth: true });
    server.faults.dropAfterAccept({ code: 4001, reason: `Invalid API key ${KEY}` });
    expect(await leaks(server, closedStory)).toEqual([]);
  });
});

test('a URL is shown without its query and its credentials', async () => {
  const server = await loopback.datastream();
  const evidence = new Evidence({ apiKey: 'key-1' });
  const url = server.url.replace('//', `//user:${KEY}@`);
  const client = loopback.client({ url: `${url}?token=${KEY}` }, evidence.options);
  evidence.watch(client);
  client.start();
  await client.ready();
  await client.close();
  expect(evidence.linesWith(KEY, 'user')).toEqual([]);
});

describe('the contents of messages show nowhere', () => {
  async function leaksOf(
    frame: string | Buffer,
    options: Partial<DatastreamOptions<unknown>> = {},
    kind: 'message' | 'error' = 'error',
  ): Promise<string[]> {
    const evidence = new Evidence(options);
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server, evidence.options);
    evidence.watch(client);
    const happened = next(client, kind);
    (await server.peers.at(0)).socket.send(frame);
    await happened;
    evidence.show(client);
    return evidence.linesWith(CONTENT);
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
    const evidence = new Evidence();
    evidence.add(await rejection(client.sendMessage(circular)));
    expect(evidence.linesWith(CONTENT)).toEqual([]);
  });

  test('when a message waits for a handler that does not end', async () => {
    const evidence = new Evidence({ messageHandler: () => new Promise(() => undefined) });
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server, evidence.options);
    const { socket } = await server.peers.at(0);
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    for (let count = 0; count < 3; count += 1) socket.send(JSON.stringify(CONTENT));
    socket.ping();
    await pong;
    evidence.show(client);
    expect([client.stats().queueDepth, evidence.linesWith(CONTENT)]).toEqual([2, []]);
  });
});

describe('a line of the log', () => {
  async function linesOf(reason: string): Promise<string[]> {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { logger: { debug: log, info: log, warn: log, error: log } });
    const ready = next(client, 'ready');
    server.faults.closeAll(1012, reason);
    await ready;
    return lines;
  }

  test('cannot be forged by the reason of a close', async () => {
    const lines = await linesOf('bye\ndatastream: all is well\r\u2028\u001b[31m');
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(lines.filter((line) => /[\u0000-\u001f\u2028]/.test(line))).toEqual([]);
  });
});

test('a key over plain ws to another host is warned of, without the key', () => {
  const warn = jest.fn();
  const logger = { debug: warn, info: warn, warn, error: warn };
  loopback.client({ url: 'ws://datastream.invalid/datastream' }, { apiKey: KEY, logger });
  expect(warn.mock.calls).toEqual([[expect.stringMatching(/unencrypted.*ws:\/\/datastream\.invalid/)]]);
});

test('a key over plain ws to loopback is not warned of', () => {
  const warn = jest.fn();
  const logger = { debug: warn, info: warn, warn, error: warn };
  for (const host of ['127.0.0.1', 'localhost', '[::1]']) loopback.client({ url: `ws://${host}/` }, { logger });
  expect(warn).not.toHaveBeenCalled();
});
