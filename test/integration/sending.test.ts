import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { DatastreamError, type DatastreamOptions } from '../../src';
import { LONG_DELAY, useLoopback } from '../support/loopback';
import { deferred, next, rejection, turn } from '../support/watch';

const loopback = useLoopback();
const MEGABYTE = 'x'.repeat(1_024 * 1_024);
/** More than the kernel buffers on both ends of a loopback connection hold. */
const MANY_MEGABYTES = Array.from({ length: 24 }, () => MEGABYTE);

async function connected(options: Partial<DatastreamOptions<unknown>> = {}) {
  const server = await loopback.webSockets();
  const client = await loopback.readyClient(server, options);
  return { server, client, peer: await server.peers.at(0) };
}

describe('1 000 messages sent in one tick', () => {
  const numbers = Array.from({ length: 1_000 }, (_, index) => index);

  test('arrive in the order of the calls', async () => {
    const { client, peer } = await connected();
    await Promise.all(numbers.map((number) => client.sendMessage(number)));
    expect(await peer.frames.first(1_000)).toEqual(numbers.map(String));
  });

  test('leave in one TCP write', async () => {
    const server = await loopback.webSockets();
    const sockets: Socket[] = [];
    const agent = Object.assign(new Agent(), {
      createConnection: ({ port }: { port: number }) => {
        const socket = connect(port, '127.0.0.1');
        sockets.push(socket);
        return socket;
      },
    });
    const client = await loopback.readyClient(server, { agent });
    const [socket] = sockets as [Socket];
    const write = jest.spyOn(socket, '_write');
    const writev = jest.spyOn(socket, '_writev' as '_write');
    await Promise.all(numbers.map((number) => client.sendMessage(number)));
    expect(write.mock.calls.length + writev.mock.calls.length).toBe(1);
  });

  test('are each told when they are handed over, in order', async () => {
    const { client } = await connected();
    const told: number[] = [];
    await Promise.all(numbers.map((number) => client.sendMessage(number).then(() => told.push(number))));
    expect(told).toEqual(numbers);
  });

  test('are counted', async () => {
    const { client } = await connected();
    await Promise.all(numbers.map((number) => client.sendMessage(number)));
    expect(client.stats().messagesSent).toBe(1_000);
  });
});

test('sends a message of 5 MB', async () => {
  const { client, peer } = await connected();
  const big = MEGABYTE.repeat(5);
  await client.sendMessage(big);
  expect(await peer.frames.at(0)).toBe(JSON.stringify(big));
});

test('sends what the encoder of the user makes, bytes as a binary frame', async () => {
  const { client, peer } = await connected({ encode: (message) => Uint8Array.of(message as number) });
  const arrived = new Promise((resolve) => peer.socket.once('message', (data, isBinary) => resolve([data, isBinary])));
  await client.sendMessage(7);
  expect(await arrived).toEqual([Buffer.of(7), true]);
});

test('rejects a message that has no JSON form, and the connection stays', async () => {
  const { client, peer } = await connected();
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  expect(await rejection(client.sendMessage(circular))).toMatchObject({ code: 'MALFORMED_MESSAGE' });
  await client.sendMessage('next');
  expect(await peer.frames.at(0)).toBe('"next"');
});

describe('sendMessage rejects at once with NOT_CONNECTED', () => {
  test.each(['idle', 'connecting', 'waiting', 'closed'])('while %s', async (status) => {
    const server = await loopback.tcp();
    const client = loopback.client(server, LONG_DELAY);
    if (status !== 'idle') client.start();
    if (status === 'closed') await client.close();
    if (status === 'waiting') {
      const waiting = next(client, 'waiting');
      (await server.peers.at(0)).socket.destroy();
      await waiting;
    }
    expect(await rejection(client.sendMessage(1))).toMatchObject({
      code: 'NOT_CONNECTED',
      message: expect.stringContaining(status) as string,
    });
  });

  test('in the tick in which the connection was lost', async () => {
    const { client, peer } = await connected(LONG_DELAY);
    const outcome = new Promise((resolve) => client.once('state', () => resolve(rejection(client.sendMessage(1)))));
    peer.socket.terminate();
    expect(await outcome).toMatchObject({ code: 'NOT_CONNECTED' });
  });
});

describe('a peer that stops reading', () => {
  async function stalled(options: Partial<DatastreamOptions<unknown>> = {}) {
    const connection = await connected({ writeTimeout: 200, ...LONG_DELAY, ...options });
    connection.peer.tcp.pause();
    return connection;
  }

  test('makes a message that cannot be handed over reject with WRITE_TIMEOUT', async () => {
    const { client } = await stalled();
    const outcomes = await Promise.allSettled(MANY_MEGABYTES.map((message) => client.sendMessage(message)));
    const rejected = outcomes.find(({ status }) => status === 'rejected');
    expect(rejected).toMatchObject({ reason: { code: 'WRITE_TIMEOUT' } });
  });

  test('has its connection replaced', async () => {
    const { server, client } = await stalled({ minReconnectDelay: 5, maxReconnectDelay: 5 });
    const error = next(client, 'error');
    const ready = next(client, 'ready');
    void Promise.allSettled(MANY_MEGABYTES.map((message) => client.sendMessage(message)));
    await ready;
    expect([(await error).code, server.peers.length]).toEqual(['WRITE_TIMEOUT', 2]);
  });

  test('makes later messages reject when the connection is given up for the first', async () => {
    const { client } = await stalled();
    const first = Promise.allSettled(MANY_MEGABYTES.map((message) => client.sendMessage(message)));
    await turn();
    const later = rejection(client.sendMessage('later'));
    await first;
    expect(await later).toMatchObject({ code: 'CONNECTION_CLOSED' });
  });

  test('has its connection replaced while the client itself is paused', async () => {
    const { client, peer } = await stalled({
      messageHandler: () => new Promise(() => undefined),
      queueSize: 1,
      pingInterval: 20,
    });
    for (let index = 0; index < 5; index += 1) peer.socket.send('1');
    const waiting = next(client, 'waiting');
    void Promise.allSettled(MANY_MEGABYTES.map((message) => client.sendMessage(message)));
    expect((await waiting).error.code).toBe('WRITE_TIMEOUT');
  });

  test('makes what waits reject with CONNECTION_CLOSED when the connection ends first', async () => {
    const { client, peer } = await stalled({ writeTimeout: 4_000 });
    const last = Promise.all(MANY_MEGABYTES.map((message) => client.sendMessage(message)));
    await turn();
    peer.tcp.resetAndDestroy();
    expect(await rejection(last)).toMatchObject({ code: 'CONNECTION_CLOSED' });
  });
});

test('settles every send exactly once across losses, reconnects and close', async () => {
  const server = await loopback.datastream();
  const client = await loopback.readyClient(server, { maxReconnectAttempts: Infinity, writeTimeout: 500 });
  const sends: Promise<void>[] = [];
  const answers = new Map<number, number>();
  const count = (index: number) => () => void answers.set(index, (answers.get(index) ?? 0) + 1);
  for (let round = 0; round < 12; round += 1) {
    for (let index = 0; index < 25; index += 1) {
      const whenConnected = index % 2 === 0;
      const send = client.sendMessage({ round, index }, { whenConnected });
      send.then(count(sends.length), count(sends.length));
      sends.push(send);
    }
    if (round % 4 === 0) client.reconnect();
    if (round % 4 === 1) server.faults.terminateAll();
    if (round % 4 === 2) server.faults.closeAll(1001);
    await turn();
  }
  await client.close();
  const outcomes = await Promise.allSettled(sends);
  const codes = outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? 'sent' : (outcome.reason as DatastreamError).code,
  );
  const known = ['sent', 'NOT_CONNECTED', 'CONNECTION_CLOSED', 'CLIENT_CLOSED'];
  expect([codes.filter((code) => !known.includes(code)), answers.size, new Set(answers.values())]).toEqual([
    [],
    sends.length,
    new Set([1]),
  ]);
});

describe('whenConnected', () => {
  test('waits for the connection', async () => {
    const server = await loopback.webSockets();
    const client = loopback.client(server);
    const sent = client.sendMessage('early', { whenConnected: true });
    client.start();
    await sent;
    expect(await (await server.peers.at(0)).frames.at(0)).toBe('"early"');
  });

  test('keeps the order of the calls', async () => {
    const server = await loopback.webSockets();
    const client = loopback.client(server);
    for (let index = 0; index < 5; index += 1) void client.sendMessage(index, { whenConnected: true });
    client.once('state', () => void client.sendMessage(5, { whenConnected: true }));
    client.start();
    expect(await (await server.peers.at(0)).frames.first(6)).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  test('waits through a lost connection', async () => {
    const { server, client, peer } = await connected();
    const waiting = next(client, 'waiting');
    peer.socket.terminate();
    await waiting;
    await client.sendMessage('after', { whenConnected: true });
    expect(await (await server.peers.at(1)).frames.at(0)).toBe('"after"');
  });

  test('rejects with CLIENT_CLOSED at close()', async () => {
    const client = loopback.client(await loopback.tcp());
    client.start();
    const sent = rejection(client.sendMessage(1, { whenConnected: true }));
    await client.close();
    expect(await sent).toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  test('rejects with what ended the client', async () => {
    const server = await loopback.datastream({ apiKeys: [] });
    const client = loopback.client(server);
    const sent = rejection(client.sendMessage(1, { whenConnected: true }));
    client.start();
    expect(await sent).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401 });
  });

  test('rejects with ABORTED when its signal aborts, and never sends', async () => {
    const server = await loopback.webSockets();
    const client = loopback.client(server);
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    const aborted = rejection(client.sendMessage('aborted', { whenConnected: true, signal: controller.signal }));
    controller.abort(reason);
    client.start();
    await client.sendMessage('sent', { whenConnected: true });
    expect([await aborted, await (await server.peers.at(0)).frames.at(0)]).toEqual([
      expect.objectContaining({ code: 'ABORTED', cause: reason }),
      '"sent"',
    ]);
  });
});

describe('a signal', () => {
  test('that has aborted keeps a message from being sent', async () => {
    const { client, peer } = await connected();
    const aborted = rejection(client.sendMessage('aborted', { signal: AbortSignal.abort() }));
    await client.sendMessage('sent');
    expect([await aborted, await peer.frames.at(0)]).toEqual([expect.objectContaining({ code: 'ABORTED' }), '"sent"']);
  });

  test('that aborts while a message waits for the network gives the caller back at once', async () => {
    const { client, peer } = await connected({ writeTimeout: 4_000 });
    peer.tcp.pause();
    const controller = new AbortController();
    void Promise.allSettled(MANY_MEGABYTES.map((message) => client.sendMessage(message)));
    const aborted = rejection(client.sendMessage('aborted', { signal: controller.signal }));
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'ABORTED' });
  });
});

test('works while the ready handler runs', async () => {
  const server = await loopback.webSockets();
  const hold = deferred();
  const client = loopback.client(server, { connectionReadyHandler: () => hold.promise });
  client.start();
  await next(client, 'initializing');
  await client.sendMessage('early');
  const frame = await (await server.peers.at(0)).frames.at(0);
  expect([frame, client.state.status]).toEqual(['"early"', 'initializing']);
});

test('sends what was accepted before close() ahead of the close frame', async () => {
  const { client, peer } = await connected();
  for (let index = 0; index < 100; index += 1) void client.sendMessage(index);
  await client.close();
  expect([(await peer.closed).code, peer.frames.length]).toEqual([1000, 100]);
});

test('resolves the sends that close() lets out', async () => {
  const { client } = await connected();
  const sends = Promise.all([client.sendMessage(1), client.sendMessage(2)]);
  await client.close();
  await expect(sends).resolves.toEqual([undefined, undefined]);
});
