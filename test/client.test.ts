import { inspect } from 'node:util';
import { DatastreamClient, DatastreamError, queryAuth, type DatastreamOptions } from '../src';
import { fakeClient, outcome, settled } from './support/fake-client';

const forever = () => new Promise<void>(() => undefined);

describe('its life', () => {
  test('is idle, and opens nothing, before it is started', () => {
    const { client, platform } = fakeClient();
    expect([client.state, platform.sockets.length, platform.clock.timers]).toEqual([{ status: 'idle' }, 0, 0]);
  });

  test('dials in the same turn when the key is at hand', () => {
    const { client, platform } = fakeClient();
    client.start();
    expect(platform.sockets).toHaveLength(1);
  });

  test('goes through connecting and initializing to ready', () => {
    const { connect, states, clock } = fakeClient();
    connect();
    expect(states).toEqual([
      { status: 'connecting', attempt: 1 },
      { status: 'initializing', attempt: 1 },
      { status: 'ready', attempt: 1, since: clock.now() },
    ]);
  });

  test('announces each state by its own name too', () => {
    const { client, connect } = fakeClient();
    const seen: unknown[] = [];
    client.on('connecting', (state) => seen.push(state.attempt));
    client.on('ready', (state) => seen.push(state.status));
    connect();
    expect(seen).toEqual([1, 'ready']);
  });

  test('is connected from initializing on, and ready only when it is', () => {
    const { client, platform } = fakeClient({ connectionReadyHandler: forever });
    const view = () => [client.isConnected(), client.isReady()];
    client.start();
    expect(view()).toEqual([false, false]);
    platform.socket.accept();
    expect(view()).toEqual([true, false]);
  });

  test.each(['start', 'connect'] as const)('makes one connection however often it is started (%s)', (how) => {
    const { client, platform, connect } = fakeClient();
    if (how === 'start') client.start();
    else connect();
    client.start();
    client.start();
    expect(platform.sockets).toHaveLength(1);
  });

  test('dials at once when it is closed and started in one tick, and has one live socket', () => {
    const { client, platform, connect } = fakeClient();
    connect();
    void client.close();
    client.start();
    expect(platform.sockets).toHaveLength(2);
    expect(platform.liveSockets).toEqual([platform.socket]);
  });

  test('can be started again after a terminal error', () => {
    const { client, platform } = fakeClient();
    client.start();
    platform.socket.refuse(401);
    expect(client.state.status).toBe('closed');
    client.start();
    platform.socket.accept();
    expect(client.isReady()).toBe(true);
  });

  test('is reconnected by the next dial with a growing attempt', () => {
    const { client, platform, clock } = fakeClient();
    client.start();
    platform.socket.drop();
    expect(client.state).toMatchObject({ status: 'waiting', attempt: 2, delay: 3_000, retryAt: clock.now() + 3_000 });
    clock.advance(2_999);
    expect(platform.sockets).toHaveLength(1);
    clock.advance(1);
    expect(client.state).toEqual({ status: 'connecting', attempt: 2 });
    expect(platform.sockets).toHaveLength(2);
  });

  test('keeps counting when a connection ends before it was stable', () => {
    const { client, platform, connect, clock } = fakeClient();
    connect();
    clock.advance(9_999);
    platform.socket.drop();
    expect(client.state).toMatchObject({ status: 'waiting', attempt: 2 });
  });

  test('starts a new count when a stable connection ends', () => {
    const { client, platform, connect, clock } = fakeClient();
    connect();
    clock.advance(10_000);
    platform.socket.drop();
    expect(client.state).toMatchObject({ status: 'waiting', attempt: 1, delay: 3_000 });
  });

  test('makes at most five dials in ten seconds to a server that accepts and closes at once', () => {
    const { client, platform, clock } = fakeClient({ maxReconnectAttempts: Infinity }, { chance: 0 });
    client.start();
    for (let step = 0; step < 100; step++) {
      if (platform.socket.isLive) {
        platform.socket.accept();
        platform.socket.drop(1000);
      }
      clock.advance(100);
    }
    expect(platform.sockets.length).toBeLessThanOrEqual(5);
  });

  test('gives up after as many dials as it may make, and says so', () => {
    const { client, platform, clock, codes, states } = fakeClient({ maxReconnectAttempts: 3 });
    client.start();
    for (let dial = 0; dial < 5; dial++) {
      platform.socket.drop();
      clock.advance(20_000);
    }
    expect(platform.sockets).toHaveLength(3);
    expect(codes()).toEqual(['CONNECT_FAILED', 'CONNECT_FAILED', 'CONNECT_FAILED', 'ATTEMPTS_EXHAUSTED']);
    expect(states.at(-1)).toMatchObject({ status: 'closed', error: { code: 'ATTEMPTS_EXHAUSTED' } });
    expect(clock.timers).toBe(0);
  });
});

describe('reconnect()', () => {
  test.each(['idle', 'closed'] as const)('is a start from %s', (status) => {
    const { client, platform } = fakeClient();
    if (status === 'closed') void client.close();
    client.reconnect();
    platform.socket.accept();
    expect(client.isReady()).toBe(true);
  });

  test('skips the wait, in the same tick', () => {
    const { client, platform, clock } = fakeClient();
    client.start();
    platform.socket.drop();
    client.reconnect();
    expect(platform.sockets).toHaveLength(2);
    clock.advance(60_000);
    expect(platform.sockets).toHaveLength(2 + 1); // only because the dial timed out after 30 s, with its wait
  });

  test('starts a new count with a new phase', () => {
    const phases = [0.1, 0.9];
    const { client, platform } = fakeClient({}, { chance: () => phases.shift() ?? 0 });
    client.start();
    platform.socket.drop();
    client.reconnect();
    platform.socket.drop();
    expect(client.state).toMatchObject({ attempt: 2, delay: 1_000 + 0.9 * 4_000 });
  });

  test.each(['connecting', 'ready'] as const)('replaces a connection that is %s, and emits no error', (status) => {
    const { client, platform, errors } = fakeClient();
    client.start();
    if (status === 'ready') platform.socket.accept();
    client.reconnect();
    expect(platform.liveSockets).toEqual([platform.sockets[1]]);
    expect(errors).toEqual([]);
  });

  test('ignores whatever the replaced socket still says', () => {
    const { client, platform, connect, messages } = fakeClient();
    connect();
    client.reconnect();
    platform.socket.accept();
    platform.sockets[0]?.deliver({ late: true });
    platform.sockets[0]?.drop();
    expect([client.state.status, messages]).toEqual(['ready', []]);
  });
});

describe('close()', () => {
  const situations: [string, Partial<DatastreamOptions>, (world: ReturnType<typeof fakeClient>) => void][] = [
    ['idle', {}, () => undefined],
    ['asking for the key', { apiKey: () => new Promise(() => undefined) }, ({ client }) => client.start()],
    ['connecting', {}, ({ client }) => client.start()],
    ['initializing', { connectionReadyHandler: forever }, ({ connect }) => connect()],
    ['ready', {}, ({ connect }) => connect()],
    [
      'waiting',
      {},
      ({ connect, platform }) => {
        connect();
        platform.socket.drop();
      },
    ],
    ['closed', {}, ({ client }) => void client.close()],
  ];

  test.each(situations)('leaves nothing behind when %s', async (_, options, reach) => {
    const world = fakeClient(options);
    reach(world);
    const closed = world.client.close();
    expect(world.client.state).toEqual({ status: 'closed' });
    expect(world.platform.liveSockets).toEqual([]);
    world.clock.advance(80);
    await closed;
    expect(world.clock.timers).toBe(0);
  });

  test('emits no error, and announces the end once', () => {
    const { client, connect, errors, statuses } = fakeClient();
    connect();
    void client.close();
    void client.close();
    expect([errors, statuses().filter((status) => status === 'closed')]).toEqual([[], ['closed']]);
  });

  test('sends a close frame 1000', () => {
    const { client, platform, connect } = fakeClient();
    connect();
    void client.close();
    expect(platform.socket.closedWith).toEqual({ code: 1000, reason: '' });
  });

  test('resolves when the server has answered', async () => {
    const { client, platform, connect, clock } = fakeClient();
    connect();
    const closed = client.close();
    expect(await outcome(closed)).toBe('pending');
    platform.socket.drop(1000);
    expect(await outcome(closed)).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  test('ends a dead socket by force after 80 ms', async () => {
    const { client, platform, connect, clock } = fakeClient();
    connect();
    const closed = client.close();
    clock.advance(79);
    expect(await outcome(closed)).toBe('pending');
    clock.advance(1);
    expect(await outcome(closed)).toBeUndefined();
    expect(platform.socket.isEnded).toBe(true);
  });

  test('also waits for a connection that was replaced a moment ago', async () => {
    const { client, platform, connect } = fakeClient();
    connect();
    client.reconnect();
    platform.socket.accept();
    const closed = client.close();
    platform.sockets[1]?.drop(1000);
    expect(await outcome(closed)).toBe('pending');
    platform.sockets[0]?.drop(1000);
    expect(await outcome(closed)).toBeUndefined();
  });

  test('ends delivery before it returns, from inside a handler too', async () => {
    const received: unknown[] = [];
    const world = fakeClient({
      messageHandler: (message) => {
        received.push(message);
        void world.client.close();
      },
    });
    world.client.on('message', () => received.push('listener'));
    world.connect();
    for (let n = 0; n < 5; n++) world.platform.socket.deliver(n);
    await settled();
    expect(received).toEqual([0]);
  });

  test('ends the hearing of the other listeners, though the client is started again at once', () => {
    const { client, platform, connect } = fakeClient();
    const heard: string[] = [];
    client.on('message', () => {
      heard.push('first');
      void client.close();
      client.start();
    });
    client.on('message', () => heard.push('second'));
    connect();
    platform.socket.deliver(1);
    expect(heard).toEqual(['first']);
  });

  test('discards what waits for the handler, and counts it', async () => {
    const world = fakeClient({ messageHandler: forever });
    world.connect();
    for (let n = 0; n < 5; n++) world.platform.socket.deliver(n);
    void world.client.close();
    await settled();
    expect(world.client.stats()).toMatchObject({ messages: 5, discarded: 4, queueDepth: 0 });
  });

  test("aborts the message handler's signal", () => {
    const signals: AbortSignal[] = [];
    const { client, platform, connect } = fakeClient({ messageHandler: (_, { signal }) => void signals.push(signal) });
    connect();
    platform.socket.deliver(1);
    expect(signals[0]?.aborted).toBe(false);
    void client.close();
    expect(signals[0]?.aborted).toBe(true);
  });

  test('works as an async dispose', async () => {
    const { client, platform, connect } = fakeClient();
    connect();
    const disposed = client[Symbol.asyncDispose]();
    platform.socket.drop(1000);
    await disposed;
    expect(client.state).toEqual({ status: 'closed' });
  });

  test('ignores a key that comes too late', async () => {
    let give: (key: string) => void = () => undefined;
    const { client, platform } = fakeClient({ apiKey: () => new Promise((resolve) => (give = resolve)) });
    client.start();
    void client.close();
    give('late');
    await settled();
    expect(platform.sockets).toEqual([]);
  });
});

describe('the signal', () => {
  test('closes the client when it aborts', () => {
    const controller = new AbortController();
    const { client, connect } = fakeClient({ signal: controller.signal });
    connect();
    controller.abort();
    expect(client.state).toEqual({ status: 'closed' });
  });

  test('keeps the client closed once it has aborted', () => {
    const { client, platform } = fakeClient({ signal: AbortSignal.abort() });
    client.start();
    client.reconnect();
    expect([client.state, platform.sockets]).toEqual([{ status: 'closed' }, []]);
  });

  test('turns away who waits for a client that was never started', async () => {
    const controller = new AbortController();
    const { client } = fakeClient({ signal: controller.signal });
    const ready = client.ready();
    controller.abort();
    await expect(ready).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('has no listener of ours after close, and one again after a start', () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    jest.spyOn(signal, 'addEventListener').mockImplementation((type) => (listeners += Number(type === 'abort')));
    jest.spyOn(signal, 'removeEventListener').mockImplementation((type) => (listeners -= Number(type === 'abort')));
    const { client } = fakeClient({ signal });
    void client.close();
    expect(listeners).toBe(0);
    client.start();
    expect(listeners).toBe(1);
  });

  test('closes a client that was closed and started again, too', () => {
    const controller = new AbortController();
    const { client } = fakeClient({ signal: controller.signal });
    client.start();
    void client.close();
    client.start();
    controller.abort();
    expect(client.state).toEqual({ status: 'closed' });
  });
});

describe('ready()', () => {
  test('resolves at once when ready', async () => {
    const { client, connect } = fakeClient();
    connect();
    expect(await outcome(client.ready())).toBeUndefined();
  });

  test('waits through failures for the next ready', async () => {
    const { client, platform, clock } = fakeClient();
    const ready = client.ready();
    client.start();
    platform.socket.drop();
    clock.advance(3_000);
    expect(await outcome(ready)).toBe('pending');
    platform.socket.accept();
    expect(await outcome(ready)).toBeUndefined();
  });

  test('rejects with the terminal error, meanwhile and afterwards', async () => {
    const { client, platform } = fakeClient();
    const ready = client.ready();
    client.start();
    platform.socket.refuse(403);
    await expect(ready).rejects.toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 403 });
    await expect(client.ready()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  test('rejects with CLIENT_CLOSED when the user closes, meanwhile and afterwards', async () => {
    const { client } = fakeClient();
    const ready = client.ready();
    client.start();
    void client.close();
    await expect(ready).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(client.ready()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('gives up after its timeout, and leaves no timer', async () => {
    const { client, clock } = fakeClient();
    const ready = client.ready({ timeout: 500 });
    clock.advance(500);
    await expect(ready).rejects.toMatchObject({ code: 'READY_TIMEOUT' });
    expect(clock.timers).toBe(0);
  });

  test('is taken back by its signal, now or later', async () => {
    const { client } = fakeClient();
    const controller = new AbortController();
    const ready = client.ready({ signal: controller.signal });
    controller.abort('enough');
    await expect(ready).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    await expect(client.ready({ signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('leaves neither timer nor listener when it is through', async () => {
    const { client, connect, clock } = fakeClient({ connectTimeout: 1_000 });
    const { signal } = new AbortController();
    const removed = jest.spyOn(signal, 'removeEventListener');
    void client.ready({ signal, timeout: 1_000_000 });
    connect();
    await settled();
    expect(removed).toHaveBeenCalledTimes(1);
    expect(clock.timers).toBe(1); // the heartbeat
  });

  test('rejects with words, too, when the client is closed', async () => {
    const { client } = fakeClient();
    const ready = client.ready();
    client.start();
    void client.close();
    expect(await outcome(ready)).toMatchObject({ code: 'CLIENT_CLOSED', message: 'The client is closed' });
  });
});

describe('sendMessage()', () => {
  test('sends JSON and resolves when the network took it', async () => {
    const { client, platform, connect } = fakeClient();
    connect();
    platform.socket.takesWrites = false;
    const sent = client.sendMessage({ data: { action: 'start' } });
    expect(await outcome(sent)).toBe('pending');
    platform.socket.takeWrites();
    expect(await outcome(sent)).toBeUndefined();
    expect(platform.socket.sent).toEqual(['{"data":{"action":"start"}}']);
  });

  test.each(['idle', 'connecting', 'closed'] as const)('rejects at once when %s', async (status) => {
    const { client } = fakeClient();
    if (status !== 'idle') client.start();
    if (status === 'closed') void client.close();
    await expect(client.sendMessage({})).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  });

  test('works while the ready handler runs', async () => {
    const { client, platform, connect } = fakeClient({ connectionReadyHandler: forever });
    connect();
    await client.sendMessage('hello');
    expect(platform.socket.sent).toEqual(['"hello"']);
  });

  test.each([
    ['a cycle', Object.assign([], { 0: 1n })],
    ['what JSON has no form for', undefined],
  ])('rejects %s without sending anything', async (_, message) => {
    const { client, platform, connect } = fakeClient();
    connect();
    await expect(client.sendMessage(message)).rejects.toMatchObject({ code: 'MALFORMED_MESSAGE' });
    expect([platform.socket.sent, client.isReady()]).toEqual([[], true]);
  });

  test('rejects with CONNECTION_CLOSED when the connection ends first, each call once', async () => {
    const { client, platform, connect } = fakeClient();
    connect();
    platform.socket.takesWrites = false;
    const sent = [1, 2, 3].map((n) => client.sendMessage(n));
    platform.socket.drop();
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.map((result): unknown => result.status === 'rejected' && result.reason)).toMatchObject(
      Array(3).fill({ code: 'CONNECTION_CLOSED' }),
    );
  });

  test('rejects with WRITE_TIMEOUT and replaces the connection when the peer stops reading', async () => {
    const { client, platform, connect, clock, codes } = fakeClient({ pongTimeout: 600_000 });
    connect();
    platform.socket.takesWrites = false;
    const first = client.sendMessage(1);
    clock.advance(1_000);
    await settled();
    const second = client.sendMessage(2);
    clock.advance(9_000);
    await expect(first).rejects.toMatchObject({ code: 'WRITE_TIMEOUT' });
    await expect(second).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect([codes(), client.state.status]).toEqual([['WRITE_TIMEOUT'], 'waiting']);
  });

  test('times each message from its own call', async () => {
    const { client, platform, connect, clock } = fakeClient({ pongTimeout: 600_000 });
    connect();
    platform.socket.takesWrites = false;
    const first = client.sendMessage(1);
    clock.advance(6_000);
    platform.socket.takeWrites();
    await first;
    platform.socket.takesWrites = false;
    const second = client.sendMessage(2);
    clock.advance(9_999);
    expect(await outcome(second)).toBe('pending');
    clock.advance(1);
    await expect(second).rejects.toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('waits for the connection when it is told to, in the order of the calls', async () => {
    const { client, platform } = fakeClient();
    const sent = [1, 2].map((n) => client.sendMessage(n, { whenConnected: true }));
    client.start();
    platform.socket.accept();
    await Promise.all(sent);
    expect(platform.socket.sent).toEqual(['1', '2']);
  });

  test('goes behind what waited for the connection', () => {
    const { client, platform } = fakeClient();
    client.on('initializing', () => void client.sendMessage('listener'));
    void client.sendMessage('waited', { whenConnected: true });
    client.start();
    platform.socket.accept();
    expect(platform.socket.sent).toEqual(['"waited"', '"listener"']);
  });

  test('goes ahead of what the ready handler sends, since it was called before', () => {
    const world = fakeClient({ connectionReadyHandler: () => world.client.sendMessage('handler') });
    void world.client.sendMessage('waited', { whenConnected: true });
    world.connect();
    expect(world.platform.socket.sent).toEqual(['"waited"', '"handler"']);
  });

  test('rejects what waits with CLIENT_CLOSED at close, and afterwards', async () => {
    const { client } = fakeClient();
    const sent = client.sendMessage(1, { whenConnected: true });
    void client.close();
    await expect(sent).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    await expect(client.sendMessage(1, { whenConnected: true })).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('sends nothing once it is taken back', async () => {
    const { client, platform, connect } = fakeClient();
    const controller = new AbortController();
    const sent = client.sendMessage(1, { whenConnected: true, signal: controller.signal });
    controller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'ABORTED' });
    connect();
    await expect(client.sendMessage(1, { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(platform.socket.sent).toEqual([]);
  });

  test('stops waiting for the network when it is taken back', async () => {
    const { client, platform, connect } = fakeClient();
    connect();
    platform.socket.takesWrites = false;
    const controller = new AbortController();
    const sent = client.sendMessage(1, { signal: controller.signal });
    controller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('says, without a connection, how to wait for one', async () => {
    const { client } = fakeClient();
    expect(await outcome(client.sendMessage(1))).toMatchObject({
      message: 'Cannot send while idle: use whenConnected',
    });
  });

  test('says of a message that cannot be encoded that it cannot, and why', async () => {
    const cause = new Error('no');
    const { client } = fakeClient({
      encode: () => {
        throw cause;
      },
    });
    expect(await outcome(client.sendMessage(1))).toMatchObject({ message: 'Cannot encode the message', cause });
  });
});

describe('the ready handler', () => {
  test('runs before each connection counts as ready', async () => {
    let finish: () => void = () => undefined;
    const { client, connect } = fakeClient({
      connectionReadyHandler: () => new Promise<void>((resolve) => (finish = resolve)),
    });
    connect();
    expect(client.state.status).toBe('initializing');
    finish();
    await settled();
    expect(client.state.status).toBe('ready');
  });

  test('receives messages meanwhile, so it may await an answer', async () => {
    let answered: (message: unknown) => void = () => undefined;
    const world = fakeClient({
      messageHandler: (message) => answered(message),
      connectionReadyHandler: async () => {
        await world.client.sendMessage('question');
        await new Promise((resolve) => (answered = resolve));
      },
    });
    world.connect();
    await settled();
    world.platform.socket.deliver({ answer: 42 });
    await settled();
    expect(world.client.isReady()).toBe(true);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no'))],
    [
      'rejects',
      () => {
        throw new Error('no');
      },
    ],
  ])('that %s costs a wait and counts as a failed attempt', async (_, connectionReadyHandler) => {
    const { client, connect, codes, platform } = fakeClient({ connectionReadyHandler });
    connect();
    await settled();
    expect(client.state).toMatchObject({ status: 'waiting', attempt: 2, error: { code: 'READY_FAILED' } });
    expect([codes(), platform.liveSockets]).toEqual([['READY_FAILED'], []]);
  });

  test('that never ends times out', async () => {
    const { connect, codes, clock, platform } = fakeClient({ connectionReadyHandler: forever, pongTimeout: 600_000 });
    connect();
    clock.advance(30_000);
    expect([codes(), platform.liveSockets]).toEqual([['READY_TIMEOUT'], []]);
    await settled();
  });

  test('ends at once with its connection: its signal aborts and its late result is ignored', async () => {
    let finish: () => void = () => undefined;
    let aborted = false;
    const { client, platform, connect, codes } = fakeClient({
      connectionReadyHandler: ({ signal }) => {
        signal.addEventListener('abort', () => (aborted = true));
        return new Promise<void>((resolve) => (finish = resolve));
      },
    });
    connect();
    platform.socket.drop();
    expect([aborted, client.state.status, codes()]).toEqual([true, 'waiting', ['CONNECTION_CLOSED']]);
    finish();
    await settled();
    expect(client.state.status).toBe('waiting');
  });

  test('that succeeded keeps its signal until the connection ends', async () => {
    let signal: AbortSignal | undefined;
    const { platform, connect } = fakeClient({
      connectionReadyHandler: (context) => {
        signal = context.signal;
      },
    });
    connect();
    await settled();
    expect(signal?.aborted).toBe(false);
    platform.socket.drop();
    expect(signal?.aborted).toBe(true);
  });

  test('of a replaced connection does not make its successor ready', async () => {
    const finishers: (() => void)[] = [];
    const { client, platform, connect } = fakeClient({
      connectionReadyHandler: () => new Promise<void>((resolve) => finishers.push(resolve)),
    });
    connect();
    client.reconnect();
    platform.socket.accept();
    finishers[0]?.();
    await settled();
    expect(client.state.status).toBe('initializing');
    finishers[1]?.();
    await settled();
    expect(client.state.status).toBe('ready');
  });

  test('may close the client', async () => {
    const world = fakeClient({ connectionReadyHandler: () => void world.client.close() });
    world.connect();
    await settled();
    expect([world.client.state, world.errors]).toEqual([{ status: 'closed' }, []]);
  });

  test('is not run ahead of time when sending what was held back reconnects', async () => {
    let readied = 0;
    const connectionReadyHandler = () => {
      readied++;
    };
    const { client, platform } = fakeClient({ connectionReadyHandler });
    void client.sendMessage('held back', { whenConnected: true });
    client.start();
    jest.spyOn(platform.socket, 'send').mockImplementation(() => client.reconnect());
    platform.socket.accept();
    await settled();
    expect([client.state.status, readied]).toEqual(['connecting', 0]);
  });
});

describe('the key', () => {
  test('is asked for before every attempt', async () => {
    let asked = 0;
    const { client, platform, clock } = fakeClient({ apiKey: () => `key-${++asked}` });
    client.start();
    platform.socket.drop();
    clock.advance(3_000);
    await settled();
    expect(platform.sockets.map(({ request }) => request.headers['X-Schematic-Api-Key'])).toEqual(['key-1', 'key-2']);
  });

  test('may be a promise', async () => {
    const { client, platform } = fakeClient({ apiKey: () => Promise.resolve('promised') });
    client.start();
    await settled();
    expect(platform.socket.request.headers).toMatchObject({ 'X-Schematic-Api-Key': 'promised' });
  });

  test.each<[string, () => string | Promise<string>]>([
    ['rejects', () => Promise.reject(new Error('vault is down'))],
    [
      'throws',
      () => {
        throw new Error('vault is down');
      },
    ],
    ['gives nothing', () => undefined as unknown as string],
    ['gives an empty string', () => ''],
    ['gives a key that no header can carry', () => Promise.resolve('line\nbreak')],
  ])('that its provider %s is a failed attempt like any other', async (_, apiKey) => {
    const { client, codes, platform, clock } = fakeClient({ apiKey });
    client.start();
    await settled();
    expect([codes(), platform.sockets]).toEqual([['CREDENTIALS_FAILED'], []]);
    expect([client.state, clock.timers]).toMatchObject([{ status: 'waiting', attempt: 2 }, 1]);
  });

  test('that does not come for ten seconds is a failed attempt, and ignored when it comes', async () => {
    let give: (key: string) => void = () => undefined;
    const { client, codes, clock, platform } = fakeClient({ apiKey: () => new Promise((resolve) => (give = resolve)) });
    client.start();
    clock.advance(10_000);
    give('late');
    await settled();
    expect([codes(), platform.sockets]).toEqual([['CREDENTIALS_FAILED'], []]);
  });

  test('that was rejected is asked for once more when a function gives it', () => {
    const { client, platform, clock, codes } = fakeClient({ apiKey: () => 'key' });
    client.start();
    platform.socket.refuse(401);
    clock.advance(3_000);
    platform.socket.accept();
    platform.socket.drop(4001);
    expect([codes(), client.state]).toMatchObject([
      ['UNAUTHORIZED', 'UNAUTHORIZED'],
      { status: 'closed', error: { code: 'UNAUTHORIZED', closeCode: 4001 } },
    ]);
  });
});

describe('liveness', () => {
  test('replaces a connection on which nothing came for the pong timeout', () => {
    const { client, connect, clock, codes, platform } = fakeClient();
    connect();
    clock.advance(60_000);
    expect([codes(), client.state.status, platform.liveSockets]).toEqual([['PONG_TIMEOUT'], 'waiting', []]);
    expect(platform.socket.pinged).toBe(1);
  });

  test('pings while the ready handler runs', () => {
    const { connect, clock, platform } = fakeClient({ connectionReadyHandler: forever, readyTimeout: 600_000 });
    connect();
    clock.advance(54_000);
    expect(platform.socket.pinged).toBe(1);
  });

  test('gives up a dial that takes too long', () => {
    const { client, clock, codes, platform } = fakeClient();
    client.start();
    clock.advance(30_000);
    expect([codes(), platform.liveSockets]).toEqual([['CONNECT_TIMEOUT'], []]);
  });

  test('shows the round-trip time', () => {
    const { client, connect, clock, platform } = fakeClient();
    connect();
    clock.advance(54_025);
    platform.socket.pong();
    expect(client.stats().roundTripTime).toBe(25);
  });

  test('judges no silence where nothing provokes an answer', () => {
    const { client, connect, clock } = fakeClient({}, { pings: false });
    connect();
    clock.advance(600_000);
    expect([client.isReady(), clock.timers]).toEqual([true, 1]);
  });

  test('sends the heartbeat message where ping frames cannot be sent', () => {
    const { connect, clock, platform, codes } = fakeClient({ heartbeat: { message: () => 'beat' } }, { pings: false });
    connect();
    clock.advance(54_000);
    expect(platform.socket.sent).toEqual(['"beat"']);
    clock.advance(6_000);
    expect(codes()).toEqual(['PONG_TIMEOUT']);
  });
});

describe('backpressure', () => {
  test('pauses the socket when the inbox is full, and resumes at half', async () => {
    const finishers: (() => void)[] = [];
    const { connect, platform } = fakeClient({
      queueSize: 4,
      messageHandler: () => new Promise<void>((resolve) => finishers.push(resolve)),
    });
    connect();
    for (let n = 0; n < 5; n++) platform.socket.deliver(n);
    expect(platform.socket.isPaused).toBe(true);
    finishers[0]?.();
    await settled();
    expect(platform.socket.isPaused).toBe(true);
    finishers[1]?.();
    await settled();
    expect(platform.socket.isPaused).toBe(false);
  });

  test('judges no silence while the socket is paused', () => {
    const { client, connect, platform, clock } = fakeClient({ queueSize: 1, messageHandler: forever });
    connect();
    platform.socket.deliver(1);
    platform.socket.deliver(2);
    clock.advance(600_000);
    expect(client.isReady()).toBe(true);
  });

  test('reports an overflow and reconnects where the platform cannot pause, and still handles what waits', async () => {
    const finishers: (() => void)[] = [];
    const handled: unknown[] = [];
    const world = fakeClient(
      {
        queueSize: 2,
        messageHandler: (message) => {
          handled.push(message);
          return new Promise<void>((resolve) => finishers.push(resolve));
        },
      },
      { pauses: false },
    );
    world.connect();
    for (let n = 0; n < 5; n++) world.platform.socket.deliver(n);
    expect([world.codes(), world.client.state.status]).toEqual([['QUEUE_OVERFLOW'], 'waiting']);
    expect(world.errors[0]?.message).toContain('2 messages');
    for (let n = 0; n < 3; n++) {
      finishers[n]?.();
      await settled();
    }
    expect(handled).toEqual([0, 1, 2]);
  });
});

describe('messages', () => {
  test('of a lost connection are handled ahead of those of the next', async () => {
    const finishers: (() => void)[] = [];
    const handled: unknown[] = [];
    const { connect, platform, clock } = fakeClient({
      messageHandler: (message) => {
        handled.push(message);
        return new Promise<void>((resolve) => finishers.push(resolve));
      },
    });
    connect();
    platform.socket.deliver('"a"');
    platform.socket.deliver('"b"');
    platform.socket.drop();
    clock.advance(3_000);
    platform.socket.accept();
    platform.socket.deliver('"c"');
    for (let n = 0; n < 3; n++) {
      finishers[n]?.();
      await settled();
    }
    expect(handled).toEqual(['a', 'b', 'c']);
  });

  test.each([['null'], ['0'], ['[]'], ['"text"'], ['{"unknown":1}']])('may be any JSON: %s', (frame) => {
    const { connect, platform, messages } = fakeClient();
    connect();
    platform.socket.deliver(frame);
    expect(messages).toEqual([JSON.parse(frame)]);
  });

  test('may come as binary frames', () => {
    const types: string[] = [];
    const { connect, platform } = fakeClient({ messageHandler: (_, { type }) => void types.push(type) });
    connect();
    platform.socket.deliver('1');
    platform.socket.deliver(new TextEncoder().encode('"ü"'));
    expect(types).toEqual(['text', 'binary']);
  });

  test.each([
    ['broken JSON', '{"a":'],
    ['an empty frame', ''],
    ['bytes that are no UTF-8', new Uint8Array([0xff, 0xfe])],
  ])('that cannot be decoded give one error and lose nothing else: %s', (_, frame) => {
    const { client, connect, platform, messages, errors } = fakeClient();
    connect();
    platform.socket.deliver(frame);
    platform.socket.deliver('1');
    expect(errors).toMatchObject([{ code: 'MALFORMED_MESSAGE', data: frame }]);
    expect([messages, client.isReady()]).toEqual([[1], true]);
  });

  test('never show in the error about them', () => {
    const { connect, platform, errors } = fakeClient();
    connect();
    platform.socket.deliver('{"hidden":');
    expect(inspect(errors[0], { depth: 9 }) + JSON.stringify(errors[0])).not.toContain('hidden');
  });

  test('go through a decoder of the user, whose failure is its cause', () => {
    const cause = new Error('no');
    const { connect, platform, errors, messages } = fakeClient({
      decode: (data, type) => {
        if (data === 'bad') throw cause;
        return { entity_type: 'rulesengine.Users', message_type: 'full', data: [data, type] };
      },
    });
    connect();
    platform.socket.deliver('good');
    platform.socket.deliver('bad');
    expect(messages).toMatchObject([{ data: ['good', 'text'] }]);
    expect(errors).toMatchObject([{ code: 'MALFORMED_MESSAGE', cause }]);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('after one whose handler %s are handled', async (_, fail) => {
    const handled: unknown[] = [];
    const { connect, platform, codes } = fakeClient({
      messageHandler: (message) => {
        handled.push(message);
        return handled.length === 1 ? fail() : undefined;
      },
    });
    connect();
    platform.socket.deliver(1);
    platform.socket.deliver(2);
    await settled();
    expect([handled, codes()]).toEqual([[1, 2], ['HANDLER_FAILED']]);
  });

  test('reach listeners after the handler', () => {
    const heard: string[] = [];
    const { client, connect, platform } = fakeClient({ messageHandler: () => void heard.push('handler') });
    client.on('message', () => heard.push('listener'));
    connect();
    platform.socket.deliver(1);
    expect(heard).toEqual(['handler', 'listener']);
  });
});

describe('errors', () => {
  test('come once for each loss, as the same object that the state holds', () => {
    const { client, platform, errors, connect } = fakeClient();
    connect();
    platform.socket.drop(1012, 'restart');
    expect(errors).toHaveLength(1);
    expect(client.state).toHaveProperty('error', errors[0]);
    expect(errors[0]).toMatchObject({ code: 'CONNECTION_CLOSED', closeCode: 1012, reason: 'restart', retryable: true });
  });

  test('are heard in a state that is already committed', () => {
    const { client, platform, connect } = fakeClient();
    const seen: string[] = [];
    client.on('error', () => seen.push(client.state.status));
    connect();
    platform.socket.drop();
    expect(seen).toEqual(['waiting']);
  });

  test.each([
    [1000, true],
    [1001, true],
    [1006, true],
    [1011, true],
    [1012, true],
    [1013, true],
    [4000, true],
    [4001, false],
    [4999, true],
  ])('of close code %i are retried: %p', (code, retries) => {
    const { client, platform, connect } = fakeClient();
    connect();
    platform.socket.drop(code);
    expect(client.state.status).toBe(retries ? 'waiting' : 'closed');
  });

  test.each([401, 403])('of status %i are terminal, once, and tell the status', (status) => {
    const { client, platform, errors } = fakeClient();
    client.start();
    platform.socket.refuse(status);
    expect(errors).toMatchObject([{ code: 'UNAUTHORIZED', httpStatus: status, retryable: false }]);
    expect(errors[0]?.message).toContain(String(status));
    expect(client.state).toEqual({ status: 'closed', error: errors[0] });
  });

  test('of a listener do not keep the others from hearing', () => {
    const { client, connect, codes } = fakeClient();
    const heard: string[] = [];
    client.on('ready', () => {
      throw new Error('no');
    });
    client.on('ready', () => heard.push('second'));
    connect();
    expect([heard, codes()]).toEqual([['second'], ['LISTENER_FAILED']]);
  });

  test('of an async listener are caught', async () => {
    const { client, connect, codes } = fakeClient();
    client.on('ready', rejects);
    connect();
    await settled();
    expect(codes()).toEqual(['LISTENER_FAILED']);
  });

  test('of a listener of errors reach the reader and the last resort, not the listener again', async () => {
    const { client, platform, connect } = fakeClient();
    let calls = 0;
    const reader = client.errors();
    client.on('error', () => {
      calls++;
      throw new Error('no');
    });
    connect();
    platform.socket.drop();
    expect(calls).toBe(1);
    expect((await reader.next()).value).toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect((await reader.next()).value).toMatchObject({ code: 'LISTENER_FAILED' });
    expect(platform.reports).toEqual(['schematic-datastream-ws: LISTENER_FAILED: A listener of "error" failed']);
  });

  test('are heard in the order in which things happened, though a listener changes the client', () => {
    const { client, connect } = fakeClient();
    const heard: string[] = [];
    client.once('ready', () => void client.close());
    client.on('state', ({ status }) => heard.push(status));
    connect();
    expect(heard).toEqual(['connecting', 'initializing', 'ready', 'closed']);
  });

  test.each([
    ['a shouldReconnect that throws', { shouldReconnect: () => raise() }],
    ['a backoff that throws', { backoff: () => raise() }],
  ])('of %s are reported, and the default holds', (_, options: Partial<DatastreamOptions>) => {
    const { client, platform, codes, connect } = fakeClient(options);
    connect();
    platform.socket.drop();
    expect(codes().sort()).toEqual(['CONNECTION_CLOSED', 'HANDLER_FAILED']);
    expect(client.state.status).toBe('waiting');
  });

  test('say nothing of a loss after which shouldReconnect has closed the client', () => {
    const shouldReconnect = () => {
      void world.client.close();
      return undefined;
    };
    const world = fakeClient({ shouldReconnect });
    world.connect();
    world.platform.socket.drop();
    expect([world.errors, world.client.state]).toEqual([[], { status: 'closed' }]);
  });
});

/** As an async function, which TypeScript lets pass where a callback returns nothing. */
const rejects = (): unknown => Promise.reject(new Error('no'));

function raise(): never {
  throw new Error('no');
}

describe('without a listener of errors', () => {
  function silentClient(options: Partial<DatastreamOptions>) {
    const { platform } = fakeClient();
    const client = new DatastreamClient({
      url: 'ws://localhost',
      apiKey: 'key',
      messageHandler: raise,
      platform,
      ...options,
    });
    client.start();
    return { client, platform };
  }

  test('a failed handler is reported, by code and message only', () => {
    const { platform } = silentClient({});
    platform.socket.accept();
    platform.socket.deliver('"secret"');
    expect(platform.reports).toEqual(['schematic-datastream-ws: HANDLER_FAILED: Option "messageHandler" failed']);
  });

  test('a failed listener is reported', () => {
    const { client, platform } = silentClient({});
    client.on('ready', raise);
    platform.socket.accept();
    expect(platform.reports).toEqual(['schematic-datastream-ws: LISTENER_FAILED: A listener of "ready" failed']);
  });

  test('a terminal error is reported', () => {
    const { platform } = silentClient({});
    platform.socket.refuse(401);
    expect(platform.reports).toEqual([
      'schematic-datastream-ws: UNAUTHORIZED: The server refused the upgrade with status 401',
    ]);
  });

  test('a loss is not reported: the client deals with it', () => {
    const { platform } = silentClient({});
    platform.socket.drop();
    expect(platform.reports).toEqual([]);
  });

  test('nothing is reported where there is a logger', () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const { platform } = silentClient({ logger: { debug: log, info: log, warn: log, error: log } });
    platform.socket.refuse(401);
    expect(platform.reports).toEqual([]);
    expect(lines.at(-1)).toBe('datastream: closed: UNAUTHORIZED: The server refused the upgrade with status 401');
  });
});

describe('errors()', () => {
  test('yields what happens from the call on, then the terminal error, then ends', async () => {
    const { client, platform, clock } = fakeClient({ maxReconnectAttempts: 2 });
    const read: string[] = [];
    const reading = (async () => {
      for await (const { code } of client.errors()) read.push(code);
    })();
    client.start();
    platform.socket.drop();
    clock.advance(30_000);
    platform.socket.drop();
    await reading;
    expect(read).toEqual(['CONNECT_FAILED', 'CONNECT_FAILED', 'ATTEMPTS_EXHAUSTED']);
  });

  test('ends at close', async () => {
    const { client } = fakeClient();
    const next = client.errors().next();
    client.start();
    void client.close();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  test('gives each reader everything', async () => {
    const { client, platform } = fakeClient();
    const readers = [client.errors(), client.errors()];
    client.start();
    platform.socket.drop();
    const results = await Promise.all(readers.map((reader) => reader.next()));
    expect(results.map(({ value }) => (value as DatastreamError).code)).toEqual(['CONNECT_FAILED', 'CONNECT_FAILED']);
  });

  test('keeps the latest hundred for a reader that does not read', async () => {
    const { client, platform, connect } = fakeClient({ messageHandler: raise });
    const reader = client.errors();
    connect();
    for (let n = 0; n < 150; n++) platform.socket.deliver(n === 49 ? '{' : '1');
    void client.close();
    let count = 0;
    for await (const { code } of reader) {
      expect(code).toBe('HANDLER_FAILED'); // the malformed one was the oldest but one, and is gone
      count++;
    }
    expect(count).toBe(100);
  });

  test('starts with the terminal error of a client that has ended', async () => {
    const { client, platform } = fakeClient();
    client.start();
    platform.socket.refuse(401);
    const codes: string[] = [];
    for await (const { code } of client.errors()) codes.push(code);
    expect(codes).toEqual(['UNAUTHORIZED']);
  });

  test('is left by a break', async () => {
    const { client, platform } = fakeClient();
    const reader = client.errors();
    client.start();
    platform.socket.drop();
    for await (const error of reader) {
      expect(error.code).toBe('CONNECT_FAILED');
      break;
    }
    expect(await reader.next()).toEqual({ value: undefined, done: true });
  });
});

describe('listeners', () => {
  test('are undone by what on() returns, and by off()', () => {
    const { client, connect } = fakeClient();
    const heard: string[] = [];
    const listener = () => heard.push('off');
    client.on('ready', () => heard.push('undone'))();
    client.on('ready', listener);
    client.off('ready', listener);
    client.off('ready', listener);
    connect();
    expect(heard).toEqual([]);
  });

  test('are undone once, however often their undo is called', () => {
    const { client, connect } = fakeClient();
    const heard: string[] = [];
    const listener = () => heard.push('heard');
    const undo = client.on('ready', listener);
    client.on('ready', listener);
    undo();
    undo();
    connect();
    expect(heard).toEqual(['heard']);
  });

  test('of once() hear one event, and can be taken off before', () => {
    const { client, connect } = fakeClient();
    const heard: string[] = [];
    const never = () => heard.push('never');
    client.once('state', ({ status }) => heard.push(status));
    client.once('state', never);
    client.off('state', never);
    connect();
    expect(heard).toEqual(['connecting']);
  });

  test('are each taken off alone', () => {
    const { client, connect } = fakeClient();
    const heard: string[] = [];
    const listener = () => heard.push('heard');
    client.on('ready', listener);
    client.on('ready', listener);
    client.off('ready', listener);
    connect();
    expect(heard).toEqual(['heard']);
  });

  test('that nobody knows are not taken off, and neither is any other', () => {
    const { client, connect } = fakeClient();
    const heard: string[] = [];
    client.on('ready', ({ status }) => heard.push(status));
    client.off('ready', () => undefined);
    connect();
    expect(heard).toEqual(['ready']);
  });
});

describe('what it shows', () => {
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const logger = { debug: log, info: log, warn: log, error: log };
  beforeEach(() => (logged.length = 0));

  test('is one line for each state', () => {
    const { connect, platform, client } = fakeClient({ logger });
    connect();
    platform.socket.drop(1012, 'rolling\nout');
    void client.close();
    expect(logged).toEqual([
      'datastream: connecting: wss://example.com/datastream (attempt 1)',
      'datastream: initializing: wss://example.com/datastream (attempt 1)',
      'datastream: ready: wss://example.com/datastream (attempt 1)',
      'datastream: CONNECTION_CLOSED: Connection closed (1012: rolling\ufffdout); attempt 2 in 3 s',
      'datastream: closed',
    ]);
  });

  test('never has the key, wherever it came from', () => {
    const { client, platform } = fakeClient({
      logger,
      apiKey: 'MARKER',
      url: 'wss://u:MARKER@example.com/?token=MARKER',
    });
    client.start();
    platform.socket.refuse(401);
    const shown = [logged, client, client.stats(), client.state, client.url, JSON.stringify(client)];
    expect(inspect(shown, { depth: 9, showHidden: true })).not.toContain('MARKER');
  });

  test('warns of a key that goes over the network unencrypted', () => {
    fakeClient({ logger, url: 'ws://example.com/' });
    expect(logged).toEqual(['datastream: the key goes unencrypted to ws://example.com/; use wss:']);
  });

  test('warns once that the key goes into the query because headers cannot be sent', () => {
    fakeClient({ logger }, { sendsHeaders: false });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('query');
  });

  test('warns of no such thing where the user has chosen how the key travels', () => {
    fakeClient({ logger, auth: queryAuth() }, { sendsHeaders: false });
    expect(logged).toEqual([]);
  });

  test('is no trouble to a client whose logger throws', () => {
    const { client, connect } = fakeClient({ logger: { debug: raise, info: raise, warn: raise, error: raise } });
    connect();
    expect(client.isReady()).toBe(true);
  });

  test('counts what it has done', async () => {
    const { client, connect, platform, clock } = fakeClient();
    const since = clock.now();
    connect();
    platform.socket.deliver('12345');
    await client.sendMessage(1);
    platform.socket.drop();
    clock.advance(3_000);
    platform.socket.accept();
    expect(client.stats()).toEqual({
      attempts: 2,
      reconnects: 1,
      messages: 1,
      bytes: 5,
      messagesSent: 1,
      discarded: 0,
      queueDepth: 0,
      roundTripTime: undefined,
      since,
    });
  });

  test('as JSON is the URL without its query, and its status', () => {
    const { client } = fakeClient({ url: 'wss://example.com/datastream?token=secret' });
    expect(JSON.parse(JSON.stringify(client))).toEqual({ url: 'wss://example.com/datastream', status: 'idle' });
  });

  test('of a frame that cannot be read is an error', () => {
    const lines: string[] = [];
    const error = (line: string) => lines.push(line);
    const { connect, platform } = fakeClient({ logger: { ...logger, error } });
    connect();
    platform.socket.deliver('{');
    expect(lines).toEqual(['datastream: MALFORMED_MESSAGE: Cannot decode a frame of 1']);
  });
});
