import { LONG_DELAY, useLoopback } from '../support/loopback';
import { textFrame } from '../support/tcp-server';
import { deferred, journalOf, next } from '../support/watch';

const loopback = useLoopback();

describe('a peer that falls silent', () => {
  const TIMES = { pongTimeout: 250, pingInterval: 200 };

  test('is given up within pongTimeout, without waiting for its close', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { ...TIMES, ...LONG_DELAY });
    const waiting = next(client, 'waiting');
    const start = performance.now();
    server.faults.silenceAll();
    await waiting;
    expect(performance.now() - start).toBeLessThan(400);
  });

  test('is told as PONG_TIMEOUT with the time that passed', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { ...TIMES, ...LONG_DELAY });
    const waiting = next(client, 'waiting');
    server.faults.silenceAll();
    expect((await waiting).error).toMatchObject({
      code: 'PONG_TIMEOUT',
      retryable: true,
      message: expect.stringContaining('250 ms') as string,
    });
  });

  test('is replaced within 50 ms of the verdict when the backoff says 0', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { ...TIMES, backoff: () => 0 });
    server.faults.silenceAll();
    const lost = next(client, 'waiting').then(() => performance.now());
    const dialled = server.nextUpgrade().then(() => performance.now());
    expect((await dialled) - (await lost)).toBeLessThan(50);
  });

  test('changes nothing any more when its close comes late', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, TIMES);
    const ready = next(client, 'ready');
    server.faults.silenceAll();
    await ready;
    const states = journalOf(client, 'state');
    const errors = journalOf(client, 'error');
    const [old, replacement] = [await server.connection(0), await server.connection(1)];
    old.resume();
    old.terminate();
    await old.closed;
    await replacement.nextPing();
    expect([states.all, errors.all]).toEqual([[], []]);
  });

  test('is given up while the ready handler runs, too', async () => {
    const server = await loopback.datastream();
    const client = loopback.client(server, {
      ...TIMES,
      ...LONG_DELAY,
      connectionReadyHandler: () => new Promise(() => undefined),
    });
    const waiting = next(client, 'waiting');
    client.start();
    await next(client, 'initializing');
    server.faults.silenceAll();
    expect((await waiting).error.code).toBe('PONG_TIMEOUT');
  });
});

describe('a connection stays', () => {
  test('when data flows but pongs do not come', async () => {
    const server = await loopback.webSockets({ autoPong: false });
    const client = await loopback.readyClient(server, { pongTimeout: 200, pingInterval: 100 });
    const peer = await server.peers.at(0);
    loopback.every(40, () => peer.socket.send('1'));
    // The sixth ping goes out after three times pongTimeout.
    await peer.pings.at(5);
    expect([client.state.status, client.stats().attempts]).toEqual(['ready', 1]);
  });

  test('while one huge frame trickles in for longer than pongTimeout', async () => {
    const server = await loopback.tcp();
    const client = loopback.client(server, { pongTimeout: 200, pingInterval: 150 });
    client.start();
    const peer = await server.peers.at(0);
    await peer.accept();
    await client.ready();
    const frame = textFrame(JSON.stringify('x'.repeat(20_000)));
    const chunk = Math.ceil(frame.length / 20);
    let sent = 0;
    loopback.every(40, () => {
      if (sent < frame.length) peer.socket.write(frame.subarray(sent, (sent += chunk)));
    });
    const message = await next(client, 'message');
    expect([message, client.stats().attempts]).toEqual(['x'.repeat(20_000), 1]);
  });

  test('when only the pongs of the server come', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { pongTimeout: 150, pingInterval: 60 });
    const connection = await server.connection();
    for (let ping = 0; ping < 6; ping += 1) await connection.nextPing();
    expect([client.state.status, client.stats().attempts]).toEqual(['ready', 1]);
  });

  test('when the event loop was blocked for longer than pongTimeout', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { pongTimeout: 200, pingInterval: 100 });
    const connection = await server.connection();
    const end = performance.now() + 700;
    while (performance.now() < end);
    for (let ping = 0; ping < 3; ping += 1) await connection.nextPing();
    expect([client.state.status, client.stats().attempts]).toEqual(['ready', 1]);
  });

  test('for longer than connectTimeout', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { connectTimeout: 100, pingInterval: 50 });
    const connection = await server.connection();
    for (let ping = 0; ping < 4; ping += 1) await connection.nextPing();
    expect([client.state.status, client.stats().attempts]).toEqual(['ready', 1]);
  });

  test('for longer than readyTimeout', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, {
      connectionReadyHandler: () => Promise.resolve(),
      readyTimeout: 100,
      pingInterval: 50,
    });
    const connection = await server.connection();
    for (let ping = 0; ping < 4; ping += 1) await connection.nextPing();
    expect([client.state.status, client.stats().attempts]).toEqual(['ready', 1]);
  });
});

describe('pings', () => {
  /** The times between the pings of a client. */
  async function gaps(count: number, traffic: (send: () => void) => void): Promise<number[]> {
    const server = await loopback.webSockets();
    await loopback.readyClient(server, { pongTimeout: 1_000, pingInterval: 100 });
    const peer = await server.peers.at(0);
    traffic(() => peer.socket.send('{"data":1}'));
    const times = await peer.pings.first(count + 1);
    return times.slice(1).map((time, index) => time - (times[index] ?? 0));
  }

  test('keep their interval on an idle connection', async () => {
    for (const gap of await gaps(3, () => undefined)) {
      expect(gap).toBeGreaterThan(70);
      expect(gap).toBeLessThan(220);
    }
  });

  test('keep their interval under constant traffic, so that no server idles the client out', async () => {
    for (const gap of await gaps(4, (send) => loopback.every(5, send))) {
      expect(gap).toBeGreaterThan(70);
      expect(gap).toBeLessThan(220);
    }
  });

  test('go out while the ready handler runs', async () => {
    const server = await loopback.datastream();
    const client = loopback.client(server, {
      pingInterval: 30,
      connectionReadyHandler: () => new Promise(() => undefined),
    });
    client.start();
    await (await server.connection()).nextPing();
    expect(client.state.status).toBe('initializing');
  });

  test('measure the round trip', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { pingInterval: 30 });
    const connection = await server.connection();
    await connection.nextPing();
    await connection.nextPing();
    expect(client.stats().roundTripTime).toBeLessThan(30);
  });

  test('of the server are answered with the same payload', async () => {
    const server = await loopback.webSockets();
    await loopback.readyClient(server);
    const { socket } = await server.peers.at(0);
    const pong = new Promise<string>((resolve) => socket.once('pong', (data) => resolve(data.toString())));
    socket.ping('are you there');
    expect(await pong).toBe('are you there');
  });
});

describe('a socket that is paused because the handler is slow', () => {
  /** A client whose handler is held up until `release`, and whose connection is paused by then. */
  async function pausedClient() {
    // Without pongs, of which a paused socket would still read some.
    const server = await loopback.webSockets({ autoPong: false });
    const hold = deferred();
    const handled: unknown[] = [];
    const client = await loopback.readyClient(server, {
      messageHandler: async (message) => {
        await hold.promise;
        handled.push(message);
      },
      queueSize: 2,
      pongTimeout: 200,
      pingInterval: 50,
    });
    const peer = await server.peers.at(0);
    for (let index = 0; index < 10; index += 1) peer.socket.send(String(index));
    await peer.pings.at(0);
    return { server, client, peer, handled, release: () => hold.resolve() };
  }

  test('is not taken for dead', async () => {
    const { client, peer } = await pausedClient();
    await peer.pings.at(7);
    expect([client.state.status, client.stats().attempts]).toEqual(['ready', 1]);
  });

  test('is judged again once it is resumed', async () => {
    const { client, peer, release } = await pausedClient();
    await peer.pings.at(7);
    const waiting = next(client, 'waiting');
    peer.tcp.pause();
    release();
    expect((await waiting).error.code).toBe('PONG_TIMEOUT');
  });

  test('delivers what came before the loss that it sees when it is resumed', async () => {
    const { client, peer, handled, release } = await pausedClient();
    peer.socket.close(1012);
    const ready = next(client, 'ready');
    release();
    await ready;
    expect(handled).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
