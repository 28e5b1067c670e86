import { DatastreamClient, type ConnectionState, type DatastreamError } from '../../src';
import { LONG_DELAY, useLoopback } from '../support/loopback';
import { MARKER_KEY } from '../support/marker';
import { deferred, journalOf, next, rejection, turn } from '../support/watch';

const loopback = useLoopback();

/** As long as close() may take, with room for a busy machine. */
const SOON = 150;

describe('close()', () => {
  test('sends a close frame with 1000', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server);
    await client.close();
    expect(await (await server.connection()).closed).toEqual({ code: 1000, reason: '' });
  });

  test('is closed before it returns', async () => {
    const client = await loopback.readyClient(await loopback.datastream());
    void client.close();
    expect([client.state, client.isConnected(), client.isReady()]).toEqual([{ status: 'closed' }, false, false]);
  });

  test('emits no error', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server);
    const errors = journalOf(client, 'error');
    await client.close();
    await (
      await server.connection()
    ).closed;
    expect(errors.all).toEqual([]);
  });

  test('resolves when TCP has ended', async () => {
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server);
    const { tcp } = await server.peers.at(0);
    await client.close();
    expect(tcp.readableEnded).toBe(true);
  });

  test('twice changes nothing the second time', async () => {
    const client = await loopback.readyClient(await loopback.datastream());
    const states = journalOf(client, 'state');
    await Promise.all([client.close(), client.close()]);
    await client.close();
    expect(states.all).toEqual([{ status: 'closed' }]);
  });

  test('before start() makes a client that start() opens again', async () => {
    const client = loopback.client(await loopback.datastream());
    await client.close();
    client.start();
    await expect(client.ready()).resolves.toBeUndefined();
  });

  describe('while connecting', () => {
    test('ends the dial', async () => {
      const server = await loopback.tcp();
      const client = loopback.client(server);
      client.start();
      const peer = await server.peers.at(0);
      await client.close();
      await expect(peer.closed).resolves.toBeUndefined();
    });

    test('in the same tick as start() opens nothing', async () => {
      const server = await loopback.datastream();
      const client = loopback.client(server);
      const connected = journalOf(client, 'initializing');
      client.start();
      await client.close();
      await loopback.readyClient(server);
      expect([connected.all, client.state.status, server.connections.length]).toEqual([[], 'closed', 1]);
    });

    test('when the upgrade is accepted in the same moment makes no zombie', async () => {
      const server = await loopback.tcp();
      const client = loopback.client(server);
      client.start();
      const peer = await server.peers.at(0);
      await peer.accept();
      const closing = client.close();
      await peer.closed;
      await closing;
      expect(client.state.status).toBe('closed');
    });

    test('with a key that never comes dials nothing', async () => {
      const server = await loopback.datastream();
      const key = deferred<string>();
      const client = loopback.client(server, { apiKey: () => key.promise });
      client.start();
      await client.close();
      key.resolve('late-key');
      await key.promise;
      await loopback.readyClient(server);
      expect(server.upgrades.map(({ apiKey }) => apiKey)).toEqual([MARKER_KEY]);
    });
  });

  test('while waiting dials no more', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503 });
    const client = loopback.client(server, { minReconnectDelay: 30, maxReconnectDelay: 30 });
    const waiting = next(client, 'waiting');
    client.start();
    await waiting;
    await client.close();
    const other = loopback.client(server, { backoff: () => 50, maxReconnectAttempts: 2, apiKey: 'other' });
    other.start();
    await rejection(other.ready());
    expect(server.upgrades.map(({ apiKey }) => apiKey)).toEqual([MARKER_KEY, 'other', 'other']);
  });

  test('while initializing aborts the signal of the ready handler', async () => {
    const server = await loopback.datastream();
    const given = deferred<AbortSignal>();
    const client = loopback.client(server, {
      connectionReadyHandler: ({ signal }) => {
        given.resolve(signal);
        return new Promise(() => undefined);
      },
    });
    client.start();
    const signal = await given.promise;
    await client.close();
    expect(signal.aborted).toBe(true);
  });

  describe('into a black hole', () => {
    async function closedIntoBlackHole(backlog: boolean) {
      const server = await loopback.webSockets();
      const client = await loopback.readyClient(server);
      const { tcp } = await server.peers.at(0);
      tcp.pause();
      const sends = backlog ? Array.from({ length: 24 }, () => client.sendMessage('x'.repeat(1_024 * 1_024))) : [];
      const start = performance.now();
      await client.close();
      return { tcp, took: performance.now() - start, sends };
    }

    test.each([false, true])('resolves after a moment (with a backlog: %s)', async (backlog) => {
      const { took, sends } = await closedIntoBlackHole(backlog);
      await Promise.allSettled(sends);
      expect(took).toBeLessThan(SOON);
    });

    test('settles what could not be sent', async () => {
      const { sends } = await closedIntoBlackHole(true);
      expect((await Promise.allSettled(sends)).at(-1)).toMatchObject({ reason: { code: 'CONNECTION_CLOSED' } });
    });

    test('ends TCP by force', async () => {
      const { tcp } = await closedIntoBlackHole(false);
      const ended = new Promise<void>((resolve) => tcp.once('close', () => resolve()));
      tcp.resume();
      await expect(ended).resolves.toBeUndefined();
    });
  });

  test('of a paused client resolves after a moment', async () => {
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server, {
      messageHandler: () => new Promise(() => undefined),
      queueSize: 1,
      pingInterval: 20,
    });
    const peer = await server.peers.at(0);
    for (let index = 0; index < 10; index += 1) peer.socket.send('1');
    await peer.pings.at(1);
    const start = performance.now();
    await client.close();
    expect([(await peer.closed).code, performance.now() - start < SOON]).toEqual([1000, true]);
  });

  test.each(['state', 'ready', 'initializing', 'connecting', 'waiting', 'error', 'message'] as const)(
    'works from inside a listener of "%s"',
    async (type) => {
      const server = await loopback.datastream();
      if (type === 'waiting' || type === 'error') server.faults.refuseUpgrades({ status: 503 });
      server.faults.sendWithAccept('1');
      const client = loopback.client(server);
      const states: ConnectionState['status'][] = [];
      client.on('state', ({ status }) => states.push(status));
      const closed = next(client, 'closed');
      client.on(type, () => void client.close());
      client.start();
      await closed;
      await turn();
      expect([states.indexOf('closed'), client.state.status]).toEqual([states.length - 1, 'closed']);
    },
  );

  test.each(['connectionReadyHandler', 'messageHandler', 'apiKey'] as const)(
    'works from inside the option %s',
    async (name) => {
      const server = await loopback.datastream();
      server.faults.sendWithAccept('1');
      const closeInside = () => {
        void client.close();
        return 'key-1' as string & undefined;
      };
      const client: DatastreamClient<unknown> = loopback.client(server, { [name]: closeInside });
      const closed = next(client, 'closed');
      client.start();
      await closed;
      await turn();
      expect(client.state).toEqual({ status: 'closed' });
    },
  );

  test('from inside the ready handler never becomes ready', async () => {
    const client = loopback.client(await loopback.datastream(), {
      connectionReadyHandler: () => void client.close(),
    });
    const ready = journalOf(client, 'ready');
    client.start();
    await rejection(client.ready());
    await turn();
    expect(ready.all).toEqual([]);
  });
});

describe('the option signal', () => {
  test('closes the client with 1000 when it aborts', async () => {
    const server = await loopback.datastream();
    const controller = new AbortController();
    const client = await loopback.readyClient(server, { signal: controller.signal });
    controller.abort();
    expect([client.state, (await (await server.connection()).closed).code]).toEqual([{ status: 'closed' }, 1000]);
  });

  test('that has aborted makes a client that is closed', async () => {
    const client = loopback.client(await loopback.datastream(), { signal: AbortSignal.abort() });
    expect(client.state).toEqual({ status: 'closed' });
  });

  test('that has aborted keeps start() and reconnect() from dialling', async () => {
    const server = await loopback.datastream();
    const client = loopback.client(server, { signal: AbortSignal.abort() });
    client.start();
    client.reconnect();
    await loopback.readyClient(server);
    expect([client.state.status, server.upgrades.length]).toEqual(['closed', 1]);
  });
});

test('is closed at the end of an "await using" block', async () => {
  const server = await loopback.datastream();
  {
    await using client = new DatastreamClient({
      url: server.url,
      apiKey: 'key-1',
      messageHandler: () => undefined,
    });
    client.start();
    await client.ready();
  }
  expect((await (await server.connection()).closed).code).toBe(1000);
});

describe('errors()', () => {
  test('yields errors as they happen and ends at close()', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server);
    const seen: DatastreamError[] = [];
    const reading = (async () => {
      for await (const error of client.errors()) seen.push(error);
    })();
    const ready = next(client, 'ready');
    server.faults.closeAll(1001);
    await ready;
    await client.close();
    await reading;
    expect(seen.map(({ code }) => code)).toEqual(['CONNECTION_CLOSED']);
  });

  test('yields the terminal error last', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503 });
    const client = loopback.client(server, { maxReconnectAttempts: 2 });
    client.start();
    const codes: string[] = [];
    for await (const { code } of client.errors()) codes.push(code);
    expect(codes).toEqual(['UPGRADE_REFUSED', 'UPGRADE_REFUSED', 'ATTEMPTS_EXHAUSTED']);
  });

  test('gives each reader all errors', async () => {
    const server = await loopback.datastream({ apiKeys: [] });
    const client = loopback.client(server);
    const readers = [client.errors(), client.errors()];
    client.start();
    const firsts = await Promise.all(readers.map((reader) => reader.next()));
    expect(firsts.map(({ value }) => (value as DatastreamError).code)).toEqual(['UNAUTHORIZED', 'UNAUTHORIZED']);
  });

  test('keeps the latest 100 for a reader that does not read', async () => {
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server);
    const reader = client.errors();
    const { socket } = await server.peers.at(0);
    const handled = journalOf(client, 'error');
    for (let index = 0; index < 150; index += 1) socket.send('x'.repeat(index + 1));
    await handled.at(149);
    await client.close();
    const kept: DatastreamError[] = [];
    for await (const error of reader) kept.push(error);
    expect(kept).toEqual(handled.all.slice(50));
  });

  test('stops for a reader that breaks out, and goes on for the others', async () => {
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server);
    const other = client.errors();
    const { socket } = await server.peers.at(0);
    socket.send('bad');
    for await (const error of client.errors()) {
      expect(error.code).toBe('MALFORMED_MESSAGE');
      break;
    }
    socket.send('bad again');
    await other.next();
    expect((await other.next()).value).toMatchObject({ code: 'MALFORMED_MESSAGE' });
  });

  test('of a closed client ends at once', async () => {
    const client = loopback.client(await loopback.nowhere());
    await client.close();
    expect(await client.errors().next()).toEqual({ value: undefined, done: true });
  });
});

describe('ready()', () => {
  test('resolves at once when ready', async () => {
    const client = await loopback.readyClient(await loopback.datastream());
    await expect(client.ready()).resolves.toBeUndefined();
  });

  test('waits for the next ready while waiting', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server);
    const waiting = next(client, 'waiting');
    server.faults.closeAll(1012);
    await waiting;
    await client.ready();
    expect(client.isReady()).toBe(true);
  });

  test('waits before start()', async () => {
    const client = loopback.client(await loopback.datastream());
    const ready = client.ready();
    client.start();
    await expect(ready).resolves.toBeUndefined();
  });

  test('rejects with READY_TIMEOUT after its timeout, and the client goes on', async () => {
    const server = await loopback.tcp();
    const client = loopback.client(server);
    client.start();
    const error = await rejection(client.ready({ timeout: 30 }));
    expect([error, client.state.status]).toEqual([expect.objectContaining({ code: 'READY_TIMEOUT' }), 'connecting']);
  });

  test('rejects with ABORTED when its signal aborts, and the client goes on', async () => {
    const client = loopback.client(await loopback.tcp());
    client.start();
    const controller = new AbortController();
    const ready = rejection(client.ready({ signal: controller.signal }));
    controller.abort(new Error('navigated away'));
    expect([await ready, client.state.status]).toEqual([
      expect.objectContaining({ code: 'ABORTED', cause: new Error('navigated away') }),
      'connecting',
    ]);
  });

  test('rejects with CLIENT_CLOSED at close()', async () => {
    const client = loopback.client(await loopback.tcp());
    client.start();
    const ready = rejection(client.ready());
    await client.close();
    expect(await ready).toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('rejects with CLIENT_CLOSED when closed', async () => {
    const client = loopback.client(await loopback.tcp());
    await client.close();
    expect(await rejection(client.ready())).toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('rejects with what ended the client, now and later', async () => {
    const client = loopback.client(await loopback.datastream({ apiKeys: [] }));
    client.start();
    const now = await rejection(client.ready());
    expect([await rejection(client.ready()), client.state]).toEqual([now, { status: 'closed', error: now }]);
  });
});

describe('events', () => {
  test('come once to a listener of once()', async () => {
    const server = await loopback.datastream();
    const client = loopback.client(server);
    const once = jest.fn();
    client.once('ready', once);
    client.start();
    await client.ready();
    client.reconnect();
    await client.ready();
    expect(once).toHaveBeenCalledTimes(1);
  });

  test('come no more after off(), by either way', async () => {
    const client = loopback.client(await loopback.datastream());
    const listener = jest.fn();
    client.on('state', listener);
    client.off('state', listener);
    client.on('state', listener)();
    client.start();
    await client.ready();
    expect(listener).not.toHaveBeenCalled();
  });

  test('of each status come by its own name, with the state', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503, times: 1 });
    const client = loopback.client(server);
    const names = ['connecting', 'waiting', 'initializing', 'ready', 'closed'] as const;
    const seen: string[] = [];
    for (const name of names) client.on(name, (state) => seen.push(`${name}=${state.status}`));
    client.start();
    await client.ready();
    await client.close();
    expect(seen).toEqual([
      'connecting=connecting',
      'waiting=waiting',
      'connecting=connecting',
      'initializing=initializing',
      'ready=ready',
      'closed=closed',
    ]);
  });

  test('find the client in the state that they tell of', async () => {
    const client = loopback.client(await loopback.datastream());
    const seen: [string, string][] = [];
    client.on('state', (state) => seen.push([state.status, client.state.status]));
    client.start();
    await client.ready();
    await client.close();
    // Without a ready handler the client is ready in the same turn in which it is initializing.
    expect(seen).toEqual([
      ['connecting', 'connecting'],
      ['initializing', 'ready'],
      ['ready', 'ready'],
      ['closed', 'closed'],
    ]);
  });
});

describe('stats()', () => {
  test('count dials, reconnects and messages both ways', async () => {
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server, { messageHandler: () => undefined });
    const ready = next(client, 'ready');
    (await server.peers.at(0)).socket.close(1012);
    await ready;
    const message = next(client, 'message');
    await client.sendMessage('up');
    (await server.peers.at(1)).socket.send('"down"');
    await message;
    expect(client.stats()).toEqual({
      attempts: 2,
      reconnects: 1,
      messages: 1,
      bytes: 6,
      messagesSent: 1,
      discarded: 0,
      queueDepth: 0,
      roundTripTime: undefined,
      since: expect.any(Number) as number,
    });
  });

  test('are as old as the client', () => {
    const before = Date.now();
    const client = loopback.client({ url: 'ws://localhost' });
    expect(client.stats().since).toBeGreaterThanOrEqual(before);
  });
});

describe('an error that nobody listens to', () => {
  let printed: jest.SpyInstance;
  beforeEach(() => {
    printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => printed.mockRestore());

  const calls = () => printed.mock.calls as unknown[][];

  test('goes to console.error with code and message only, when it ended the client', async () => {
    const client = loopback.client(await loopback.datastream({ apiKeys: [] }), { logger: undefined });
    client.start();
    await rejection(client.ready());
    await turn();
    expect(calls()).toEqual([
      ['schematic-datastream-ws: UNAUTHORIZED: The server refused the upgrade with status 401'],
    ]);
  });

  test('goes to console.error when the handler failed', async () => {
    const server = await loopback.webSockets();
    const client = await loopback.readyClient(server, {
      logger: undefined,
      messageHandler: () => {
        throw new Error('what a message contains');
      },
    });
    const message = next(client, 'message');
    (await server.peers.at(0)).socket.send('1');
    await message;
    expect(calls()).toEqual([['schematic-datastream-ws: HANDLER_FAILED: Option "messageHandler" failed']]);
  });

  test('is not printed when the client goes on by itself', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { logger: undefined });
    const ready = next(client, 'ready');
    server.faults.closeAll(1001);
    await ready;
    expect(calls()).toEqual([]);
  });

  test.each(['a listener', 'a logger'])('is not printed when there is %s', async (who) => {
    const server = await loopback.datastream({ apiKeys: [] });
    const client = loopback.client(server, who === 'a listener' ? { logger: undefined } : {});
    if (who === 'a listener') journalOf(client, 'error');
    client.start();
    await rejection(client.ready());
    await turn();
    expect(calls()).toEqual([]);
  });
});

test('logs one line per state during an outage', async () => {
  const server = await loopback.datastream();
  server.faults.refuseUpgrades({ status: 503, times: 3 });
  const log = jest.fn();
  const logger = { debug: log, info: log, warn: log, error: log };
  const client = loopback.client(server, { logger });
  const states = journalOf(client, 'state');
  client.start();
  await client.ready();
  await client.close();
  expect(log).toHaveBeenCalledTimes(states.length);
});

test('goes on when the logger throws', async () => {
  const log = () => {
    throw new Error('disk is full');
  };
  const client = loopback.client(await loopback.datastream(), {
    logger: { debug: log, info: log, warn: log, error: log },
    ...LONG_DELAY,
  });
  client.start();
  await expect(client.ready()).resolves.toBeUndefined();
});
