import { inspect } from 'node:util';
import { messageAuth, subprotocolAuth, type DatastreamOptions } from '../src';
import { fakeClient, outcome, settled } from './support/fake-client';

describe('errors()', () => {
  test('of a waiting client starts with the next error, not with the last', async () => {
    const { client, platform } = fakeClient();
    client.start();
    platform.socket.drop();
    expect(await outcome(client.errors().next())).toBe('pending');
  });

  test('of a client that is started again by a listener of its end outlives that end', async () => {
    const { client, platform } = fakeClient();
    let reader: AsyncIterableIterator<unknown> | undefined;
    client.once('closed', () => {
      client.start();
      reader = client.errors();
    });
    client.start();
    void client.close();
    platform.socket.drop();
    expect(await reader?.next()).toMatchObject({ value: { code: 'CONNECT_FAILED' }, done: false });
  });

  test('can be left while it waits', async () => {
    const { client } = fakeClient();
    const reader = client.errors();
    const next = reader.next();
    await reader.return?.();
    expect(await next).toEqual({ value: undefined, done: true });
  });
});

describe('ready()', () => {
  test.each([Infinity, 2 ** 31])('with a timeout of %d waits as long as it takes', async (timeout) => {
    const { client, clock } = fakeClient();
    const ready = client.ready({ timeout });
    clock.advance(2 ** 31);
    expect([await outcome(ready), clock.timers]).toEqual(['pending', 0]);
  });

  test.each([-1, NaN])('with a timeout of %d rejects, and names it', async (timeout) => {
    const { client } = fakeClient();
    await expect(client.ready({ timeout })).rejects.toMatchObject({ code: 'INVALID_OPTION', option: 'timeout' });
  });
});

test('a handler that gives up when its signal tells it to has not failed', async () => {
  const { client, connect, platform, codes } = fakeClient({
    messageHandler: (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('AbortError')))),
  });
  connect();
  platform.socket.deliver('1');
  void client.close();
  await settled();
  expect([codes(), platform.reports]).toEqual([[], []]);
});

test.each<[string, (done: () => void) => unknown]>([
  ['calls back at once', (done) => done()],
  ['gives something odd back', (done) => (done(), 5)],
  ['calls back twice', (done) => (done(), done())],
])('a handler and a listener may give a thenable that is no promise, and %s', async (_, then) => {
  const handled: unknown[] = [];
  const { client, connect, platform, codes } = fakeClient({
    messageHandler: (message) => {
      handled.push(message);
      return { then } as unknown as Promise<void>;
    },
  });
  const listener = (): unknown => ({ then });
  client.on('message', listener);
  connect();
  platform.socket.deliver('1');
  platform.socket.deliver('2');
  await settled();
  expect([handled, codes()]).toEqual([[1, 2], []]);
});

test('a loss whose judgement reconnects the client is told all the same', () => {
  const world = fakeClient({
    shouldReconnect: (): undefined => {
      world.client.reconnect();
    },
  });
  world.client.start();
  world.platform.socket.drop();
  expect(world.codes()).toEqual(['CONNECT_FAILED']);
});

test.each<[string, Partial<DatastreamOptions>]>([
  [
    'a strategy that gives nothing',
    { auth: { name: 'own', needsHeaders: false, authorize: () => undefined as never } },
  ],
  ['a first message that is a promise', { auth: messageAuth(() => Promise.reject(new Error('late'))) }],
])('%s is a failed attempt', async (_, options) => {
  const { client, platform, codes } = fakeClient(options);
  client.start();
  if (platform.sockets.length > 0) platform.socket.accept();
  await settled();
  expect([codes(), client.state.status]).toEqual([['CREDENTIALS_FAILED'], 'waiting']);
});

test('the cause of a strategy that throws does not show the key', () => {
  const { client, errors } = fakeClient({
    apiKey: 'MARKER',
    auth: messageAuth((key) => {
      throw new Error(`cannot build for ${key}`);
    }),
  });
  client.start();
  expect(inspect(errors, { depth: 9 })).not.toContain('MARKER');
});

test('a subprotocol that is no token is refused', () => {
  expect(() => subprotocolAuth({ protocol: 'two words' })).toThrow('Option "protocol" must be a token (RFC 7230)');
});

test('a logger whose methods reject is no trouble', async () => {
  const fail = (): unknown => Promise.reject(new Error('no'));
  const { client, connect } = fakeClient({ logger: { debug: fail, info: fail, warn: fail, error: fail } });
  connect();
  await settled();
  expect(client.isReady()).toBe(true);
});

test('options may be inherited', () => {
  const options = Object.create({ apiKey: 'inherited' }) as Partial<DatastreamOptions>;
  const world = fakeClient();
  const client = new (world.client.constructor as typeof import('../src').DatastreamClient)(
    Object.assign(options, {
      url: 'wss://x.com',
      messageHandler: () => undefined,
      platform: world.platform,
    }) as DatastreamOptions,
  );
  client.start();
  expect(world.platform.socket.request.headers).toMatchObject({ 'X-Schematic-Api-Key': 'inherited' });
});

test('a message that the socket refuses settles alone, and those ahead of it stay', async () => {
  const { client, platform, connect } = fakeClient();
  connect();
  platform.socket.takesWrites = false;
  const first = client.sendMessage(1);
  jest.spyOn(platform.socket, 'send').mockImplementationOnce((_, done) => done(new Error('closing')));
  const second = client.sendMessage(2);
  const outcomes = await Promise.all([outcome(first), outcome(second)]);
  expect(outcomes).toMatchObject(['pending', { code: 'CONNECTION_CLOSED' }]);
});

test('a paused wait says in the log what it waits for', () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const { client, platform } = fakeClient({ logger: { debug: log, info: log, warn: log, error: log } }, { page: true });
  client.start();
  platform.page?.goOffline();
  platform.socket.drop();
  expect(lines.at(-1)).toMatch(/attempt 1 offline$/);
});

test('nothing goes out ahead of the first message, though its encoding takes long and wakes the page', () => {
  const world = fakeClient(
    {
      auth: messageAuth(() => 'the key'),
      heartbeat: { message: () => 'a beat' },
      encode: (message) => {
        world.clock.block(55_000);
        world.platform.page?.show();
        return String(message);
      },
    },
    { page: true, pings: false },
  );
  world.connect();
  expect(world.platform.socket.sent).toEqual(['the key']);
});
