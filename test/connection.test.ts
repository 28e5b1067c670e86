import {
  DatastreamError,
  MalformedMessageError,
  messageAuth,
  queryAuth,
  subprotocolAuth,
  type DatastreamOptions,
} from '../src';
import { connection as createConnection } from '../src/connection';
import { resolveOptions } from '../src/options';
import { FakePlatform } from '../src/testing/fakes';
import { fakeClient, outcome, settled } from './support/fake-client';

test('sends the first message before anything else on each connection', async () => {
  const world = fakeClient({
    auth: messageAuth((apiKey) => ({ apiKey })),
    connectionReadyHandler: () => world.client.sendMessage('subscribe'),
  });
  void world.client.sendMessage('waited', { whenConnected: true });
  world.connect();
  expect(world.platform.socket.sent).toEqual(['{"apiKey":"key"}', '"waited"', '"subscribe"']);
  await settled();
  world.platform.socket.drop();
  world.clock.advance(3_000);
  world.platform.socket.accept();
  expect(world.platform.socket.sent[0]).toBe('{"apiKey":"key"}');
});

test.each([
  ['a strategy that throws', messageAuth(raise)],
  ['a first message that cannot be encoded', messageAuth(() => undefined)],
])('%s is a failed attempt that says so', (_, auth) => {
  const { client, platform, codes } = fakeClient({ auth });
  client.start();
  if (platform.sockets.length > 0) platform.socket.accept();
  expect([codes(), client.state.status, platform.liveSockets]).toEqual([['CREDENTIALS_FAILED'], 'waiting', []]);
});

test('a platform that cannot open a socket at all is a failed attempt', () => {
  const world = fakeClient();
  const cause = new Error('no sockets today');
  jest.spyOn(world.platform, 'open').mockImplementation(() => {
    throw cause;
  });
  world.client.start();
  expect(world.errors).toMatchObject([{ code: 'CONNECT_FAILED', cause }]);
  expect([world.client.state.status, world.clock.timers]).toEqual(['waiting', 1]);
});

test.each([
  ['queryAuth', queryAuth(), (request: { url: string }) => request.url.includes('apiKey=key')],
  [
    'subprotocolAuth',
    subprotocolAuth({ protocol: 'p' }),
    (request: { protocols: readonly string[] }) => request.protocols.length === 2,
  ],
])('%s carries the key without a header', (_, auth, carries) => {
  const { client, platform } = fakeClient({ auth });
  client.start();
  expect(carries(platform.socket.request)).toBe(true);
  expect(platform.socket.request.headers).not.toHaveProperty('X-Schematic-Api-Key');
});

test('tells the server why it gave a connection up', () => {
  const { connect, platform, clock } = fakeClient();
  connect();
  const [socket] = platform.sockets;
  clock.advance(60_000);
  expect(socket?.closedWith).toEqual({ code: 4000, reason: 'PONG_TIMEOUT' });
});

test('ends a socket that was not open yet without a handshake', () => {
  const { client, platform } = fakeClient();
  client.start();
  void client.close();
  expect(platform.socket.closedWith).toBeUndefined();
  expect(platform.socket.isLive).toBe(false);
});

test('starts to close such a socket where it cannot be ended by force', () => {
  const { client, platform } = fakeClient({}, { terminates: false });
  client.start();
  void client.close();
  expect(platform.socket.isLive).toBe(false);
});

test('reads on when it closes while paused, so that the answer to the close frame can come', () => {
  const { client, connect, platform } = fakeClient({
    queueSize: 1,
    messageHandler: () => new Promise(() => undefined),
  });
  connect();
  platform.socket.deliver(1);
  platform.socket.deliver(2);
  expect(platform.socket.isPaused).toBe(true);
  void client.close();
  expect(platform.socket.isPaused).toBe(false);
});

test('delivers what comes with the opening', () => {
  const { client, platform, messages } = fakeClient();
  client.start();
  client.on('initializing', () => platform.socket.deliver({ first: true }));
  platform.socket.accept();
  expect(messages).toEqual([{ first: true }]);
});

test.each([
  ['throws', raise],
  ['gives what cannot be encoded', () => undefined],
])('a heartbeat whose message %s is a loss, and throws at nobody', (_, message) => {
  const { connect, clock, errors, client } = fakeClient({ heartbeat: { message } }, { pings: false });
  connect();
  clock.advance(54_000);
  expect(errors).toMatchObject([{ code: 'HANDLER_FAILED', message: 'Option "heartbeat" failed' }]);
  expect(client.state.status).toBe('waiting');
});

test('a heartbeat whose message closes the client leaves nothing behind', () => {
  const message = () => {
    void world.client.close();
    return 'beat';
  };
  const world = fakeClient({ heartbeat: { message } }, { pings: false });
  world.connect();
  world.clock.advance(54_080);
  expect([world.client.state, world.clock.timers]).toEqual([{ status: 'closed' }, 0]);
});

test.each<[string, { page: boolean; isHidden?: boolean }, string]>([
  ['is given up', { page: false }, 'waiting'],
  ['is given up when somebody looks at the page', { page: true }, 'waiting'],
  ['is left alone when nobody looks at the page', { page: true, isHidden: true }, 'ready'],
])('a connection that was silent through a sleep, and cannot be asked, %s', (_, { page, isHidden }, status) => {
  const { client, connect, platform, clock } = fakeClient({}, { page, pings: false });
  connect();
  if (isHidden) platform.page?.hide();
  clock.jump(60_000);
  clock.advance(1_000);
  expect(client.state.status).toBe(status);
});

test('rejects what is sent while its loss is judged', async () => {
  let sent: Promise<void> | undefined;
  const world = fakeClient({
    shouldReconnect: () => {
      sent = world.client.sendMessage('too late');
      return undefined;
    },
  });
  world.connect();
  world.platform.socket.drop();
  await expect(sent).rejects.toMatchObject({ code: 'CONNECTION_CLOSED', retryable: true });
});

test('a handler that catches up while the next connection asks for its key has nothing to resume', async () => {
  const finishers: (() => void)[] = [];
  const keys: (string | Promise<string>)[] = ['first', new Promise<string>(() => undefined)];
  const { client, connect, platform, clock, errors } = fakeClient({
    queueSize: 1,
    apiKey: () => keys.shift() ?? 'other',
    messageHandler: () => new Promise<void>((resolve) => finishers.push(resolve)),
  });
  connect();
  platform.socket.deliver(1);
  platform.socket.deliver(2);
  platform.socket.drop();
  clock.advance(3_000);
  finishers[0]?.();
  await settled();
  expect([client.state.status, finishers.length, errors.length]).toEqual(['connecting', 2, 1]);
});

test('a heartbeat whose message is a promise says why that is none', () => {
  const { connect, clock, errors } = fakeClient({ heartbeat: { message: () => Promise.resolve(1) } }, { pings: false });
  connect();
  clock.advance(54_000);
  expect(errors).toMatchObject([
    { code: 'HANDLER_FAILED', cause: { message: expect.stringMatching(/promise/) as string } },
  ]);
});

test('a heartbeat is asked for its message as the object that it is', () => {
  const heartbeat = {
    beats: 0,
    message() {
      return ++this.beats;
    },
  };
  const { connect, clock, platform, errors } = fakeClient({ heartbeat }, { pings: false });
  connect();
  clock.advance(54_000);
  expect([platform.socket.sent, errors]).toEqual([['1'], []]);
});

test.each([
  ['a first message', messageAuth(() => Promise.reject(new Error('no')))],
  [
    'an authorization',
    { name: 'own', needsHeaders: false, authorize: () => Promise.reject(new Error('no')) as object },
  ],
])('%s that is a promise is a failed attempt before anything is dialled', async (_, auth) => {
  const { client, platform, errors } = fakeClient({ auth });
  client.start();
  await settled();
  expect(errors).toMatchObject([
    { code: 'CREDENTIALS_FAILED', cause: { message: expect.stringMatching(/promise/) as string } },
  ]);
  expect(platform.sockets).toEqual([]);
});

test('an error of a decoder that nobody can change does not end the reading', () => {
  const frozen = Object.freeze(new MalformedMessageError('no', ''));
  const decode = (data: unknown) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the rule does not see through Readonly
    if (data === '1') throw frozen;
    return data;
  };
  const { connect, platform, messages, errors } = fakeClient({ decode: decode as DatastreamOptions['decode'] });
  connect();
  platform.socket.deliver(1);
  platform.socket.deliver(2);
  expect([errors, messages]).toEqual([[frozen], ['2']]);
});

describe('without a client', () => {
  /** One connection, and all that it tells. */
  function lone(options: Partial<DatastreamOptions> = {}) {
    const platform = new FakePlatform();
    const told: unknown[] = [];
    const required = { url: 'wss://example.com/datastream', apiKey: 'key', messageHandler: () => undefined };
    const connection = createConnection(resolveOptions({ ...required, platform, ...options }), {
      opened: () => told.push('opened'),
      received: (data) => told.push(data),
      readied: () => told.push('readied'),
      lost: (error) => told.push(error),
    });
    return { connection, platform, clock: platform.clock, told };
  }

  type World = ReturnType<typeof lone>;
  const open = ({ connection, platform }: World) => {
    connection.open();
    platform.socket.accept();
  };

  test.each<[string, Partial<DatastreamOptions>, (world: World) => void, string, RegExp]>([
    [
      'a key that does not come',
      { apiKey: raise },
      ({ connection }) => connection.open(),
      'CREDENTIALS_FAILED',
      /Option "apiKey" failed/,
    ],
    [
      'a key that takes its time',
      { apiKey: () => new Promise<string>(() => undefined) },
      ({ connection, clock }) => {
        connection.open();
        clock.advance(10_000);
      },
      'CREDENTIALS_FAILED',
      /No key within its time \(10000 ms\)/,
    ],
    [
      'a key that is no text',
      { apiKey: () => 7 as unknown as string },
      ({ connection }) => connection.open(),
      'CREDENTIALS_FAILED',
      /Option "apiKey" failed/,
    ],
    [
      'a ready handler that throws',
      { connectionReadyHandler: raise },
      (world) => {
        open(world);
        world.connection.initialize();
      },
      'READY_FAILED',
      /Option "connectionReadyHandler" failed/,
    ],
    [
      'a ready handler without an end',
      { connectionReadyHandler: () => new Promise(() => undefined), readyTimeout: 700 },
      (world) => {
        open(world);
        world.connection.initialize();
        world.clock.advance(700);
      },
      'READY_TIMEOUT',
      /Not ready within readyTimeout \(700 ms\)/,
    ],
    [
      'a strategy that throws',
      { auth: messageAuth(raise) },
      ({ connection }) => connection.open(),
      'CREDENTIALS_FAILED',
      /Option "auth" failed/,
    ],
    [
      'a strategy that gives nothing',
      { auth: { name: 'own', needsHeaders: false, authorize: () => null as unknown as object } },
      ({ connection }) => connection.open(),
      'CREDENTIALS_FAILED',
      /Option "auth" failed/,
    ],
    [
      'a first message that cannot be encoded',
      { auth: messageAuth(() => undefined) },
      open,
      'CREDENTIALS_FAILED',
      /Option "auth" failed/,
    ],
    [
      'a socket that cannot be opened',
      {},
      ({ connection, platform }) => {
        jest.spyOn(platform, 'open').mockImplementation(raise);
        connection.open();
      },
      'CONNECT_FAILED',
      /to wss:\/\/example\.com\/datastream$/,
    ],
    [
      'a dial in vain',
      { connectTimeout: 700 },
      ({ connection, clock }) => {
        connection.open();
        clock.advance(700);
      },
      'CONNECT_TIMEOUT',
      /to wss:\/\/example\.com\/datastream within connectTimeout \(700 ms\)/,
    ],
    [
      'a peer that stops reading',
      { writeTimeout: 700 },
      (world) => {
        open(world);
        world.platform.socket.takesWrites = false;
        world.connection.send('a').catch(() => undefined);
        world.clock.advance(700);
      },
      'WRITE_TIMEOUT',
      /Not sent within writeTimeout \(700 ms\)/,
    ],
    [
      'a silent peer',
      { pongTimeout: 700 },
      (world) => {
        open(world);
        world.clock.advance(700);
      },
      'PONG_TIMEOUT',
      /Nothing received within pongTimeout \(700 ms\)/,
    ],
    [
      'an end',
      {},
      (world) => {
        open(world);
        world.platform.socket.drop(1012, 'rolling');
      },
      'CONNECTION_CLOSED',
      /1012: rolling/,
    ],
  ])('%s is told once, in words, as a loss to retry, and nothing after it', (_, options, lose, code, words) => {
    const world = lone(options);
    lose(world);
    const [socket] = world.platform.sockets;
    socket?.accept();
    socket?.deliver('late');
    socket?.drop();
    const end = world.told.filter((one) => one !== 'opened');
    expect(end).toMatchObject([{ code, retryable: true, message: expect.stringMatching(words) as string }]);
    expect(world.told.at(-1)).toBeInstanceOf(DatastreamError);
    world.clock.advance(80);
    expect(world.clock.timers).toBe(0);
  });

  test('sends nothing any more once it is closed', async () => {
    const world = lone();
    open(world);
    const send = jest.spyOn(world.platform.socket, 'send');
    void world.connection.close();
    expect(await outcome(world.connection.send('late'))).toMatchObject({
      code: 'CONNECTION_CLOSED',
      message: 'Connection closed',
      retryable: true,
    });
    expect(send).not.toHaveBeenCalled();
  });

  test('has nothing to slow down, and no round-trip time, while it asks for the key', () => {
    const { connection } = lone({ apiKey: () => new Promise(() => undefined) });
    connection.open();
    expect([connection.pause(), connection.resume(), connection.roundTripTime()]).toEqual([true, undefined, undefined]);
  });

  test('dials no more, and waits for nothing, when its key comes after the end', async () => {
    let give: (key: string) => void = () => undefined;
    const { connection, platform, clock } = lone({ apiKey: () => new Promise<string>((resolve) => (give = resolve)) });
    connection.open();
    void connection.close();
    give('late');
    await settled();
    expect([platform.sockets, clock.timers]).toEqual([[], 0]);
  });

  test('tells of no loss once it is closed, whatever fails then', () => {
    const world = lone({
      auth: messageAuth(() => 'first'),
      encode: () => {
        void world.connection.close();
        throw new Error('no');
      },
    });
    open(world);
    expect(world.told).toEqual([]);
  });

  test('tells nothing any more once it is closed', () => {
    const world = lone();
    open(world);
    void world.connection.close();
    world.platform.socket.deliver('late');
    world.platform.socket.pong();
    world.platform.socket.drop();
    expect(world.told).toEqual(['opened']);
  });

  test('says that a strategy has to give an object', () => {
    const world = lone({ auth: { name: 'own', needsHeaders: false, authorize: () => 'key' as unknown as object } });
    world.connection.open();
    expect(world.told).toMatchObject([{ cause: { message: 'It gave no object' } }]);
  });

  test('can be woken before it is open', () => {
    const { connection, told } = lone();
    connection.open();
    connection.wake();
    expect(told).toEqual([]);
  });

  test('can be closed before it was opened', async () => {
    const { connection, platform } = lone();
    await connection.close();
    expect(platform.sockets).toEqual([]);
  });
});

function raise(): never {
  throw new Error('no');
}
