import { ConnectionClosedError, messageAuth, type DatastreamOptions } from '../../src';
import { LONG_DELAY, useLoopback } from '../support/loopback';
import { switchingProtocols } from '../support/tcp-server';
import { journalOf, next, rejection } from '../support/watch';

const loopback = useLoopback();

/** The one dial of a client that a server refuses with a status, and what became of it. */
async function refusedWith(status: number, options: Partial<DatastreamOptions<unknown>> = {}) {
  const server = await loopback.datastream();
  server.faults.refuseUpgrades({ status });
  const client = loopback.client(server, options);
  const errors = journalOf(client, 'error');
  const waits = journalOf(client, 'waiting');
  client.start();
  const error = await rejection(client.ready());
  return { server, client, error, errors, waits };
}

describe.each([401, 403])('an upgrade refused with %d', (status) => {
  test('ends the client after one dial', async () => {
    const { server, client } = await refusedWith(status);
    expect([client.state.status, server.upgrades.length]).toEqual(['closed', 1]);
  });

  test('rejects ready() with the status in the error and in its message', async () => {
    const { error } = await refusedWith(status);
    expect(error).toBeInstanceOf(ConnectionClosedError);
    expect(error).toMatchObject({
      code: 'UNAUTHORIZED',
      httpStatus: status,
      retryable: false,
      message: `The server refused the upgrade with status ${status}`,
    });
  });

  test('is told once, as the error that stands in the state', async () => {
    const { client, errors, waits } = await refusedWith(status);
    expect([errors.all, waits.length, client.state]).toEqual([
      [errors.all[0]],
      0,
      { status: 'closed', error: errors.all[0] },
    ]);
  });

  test('gets one retry with a fresh key when a function gives it', async () => {
    const server = await loopback.datastream({ apiKeys: ['fresh'] });
    if (status === 403) server.faults.refuseUpgrades({ status, times: 1 });
    const keys = ['stale', 'fresh'];
    const client = loopback.client(server, { apiKey: () => keys.shift() ?? 'none' });
    client.start();
    await client.ready();
    expect(server.upgrades.map(({ apiKey }) => apiKey)).toEqual(['stale', 'fresh']);
  });

  test('ends the client when the fresh key is refused too', async () => {
    const { server, error } = await refusedWith(status, { apiKey: () => 'stale' });
    expect([server.upgrades.length, error]).toEqual([2, expect.objectContaining({ code: 'UNAUTHORIZED' })]);
  });

  test('is retried when shouldReconnect says so', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status, times: 2 });
    const client = loopback.client(server, { shouldReconnect: () => true });
    client.start();
    await client.ready();
    expect(server.upgrades.map((upgrade) => upgrade.status)).toEqual([status, status, 101]);
  });
});

describe('a close with 4001', () => {
  const REJECTION = { code: 4001, reason: 'Invalid API key' };

  test('ends the client after one dial, with code and reason', async () => {
    const server = await loopback.datastream();
    server.faults.dropAfterAccept(REJECTION);
    const client = loopback.client(server);
    const closed = next(client, 'closed');
    client.start();
    const { error } = await closed;
    expect([server.upgrades.length, error]).toEqual([
      1,
      expect.objectContaining({
        code: 'UNAUTHORIZED',
        closeCode: 4001,
        reason: 'Invalid API key',
        retryable: false,
      }),
    ]);
  });

  test('gets one retry with a fresh key when a function gives it', async () => {
    const server = await loopback.datastream();
    server.faults.dropAfterAccept({ ...REJECTION, times: 1 });
    let version = 0;
    const client = loopback.client(server, { apiKey: () => `key-${(version += 1)}` });
    const lost = next(client, 'waiting');
    client.start();
    await lost;
    await client.ready();
    expect(server.upgrades.map(({ apiKey }) => apiKey)).toEqual(['key-1', 'key-2']);
  });

  test('ends the client when the fresh key is rejected too', async () => {
    const server = await loopback.datastream();
    server.faults.dropAfterAccept(REJECTION);
    const client = loopback.client(server, { apiKey: () => 'key-1' });
    const closed = next(client, 'closed');
    client.start();
    expect([(await closed).error, server.upgrades.length]).toEqual([
      expect.objectContaining({ code: 'UNAUTHORIZED', closeCode: 4001 }),
      2,
    ]);
  });

  test('ends a client whose key came in the first message', async () => {
    const server = await loopback.datastream({ messageAuth: true, apiKeys: ['another'] });
    const client = loopback.client(server, { auth: messageAuth((apiKey) => ({ apiKey })) });
    const closed = next(client, 'closed');
    client.start();
    expect((await closed).error).toMatchObject({ code: 'UNAUTHORIZED', closeCode: 4001 });
  });
});

describe('Retry-After', () => {
  /** The state in which a client waits after a refusal. */
  async function waitAfter(retryAfter: number | string, options: Partial<DatastreamOptions<unknown>> = {}) {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503, retryAfter });
    const client = loopback.client(server, options);
    const waiting = next(client, 'waiting');
    client.start();
    const state = await waiting;
    await client.close();
    return state;
  }

  test('in seconds is the least that the client waits', async () => {
    expect((await waitAfter(7)).delay).toBe(7_000);
  });

  test('as a date is the least that the client waits', async () => {
    // A date has whole seconds, so up to one of the minute is lost.
    const { delay } = await waitAfter(new Date(Date.now() + 60_000).toUTCString());
    expect(delay).toBeGreaterThan(58_000);
    expect(delay).toBeLessThanOrEqual(60_000);
  });

  test('holds for a backoff of the user, too', async () => {
    expect((await waitAfter(7, { backoff: () => 1 })).delay).toBe(7_000);
  });

  test('does not shorten a longer wait', async () => {
    expect((await waitAfter(7, LONG_DELAY)).delay).toBe(60_000);
  });

  test('of a day is cut to five minutes', async () => {
    expect((await waitAfter(86_400)).delay).toBe(300_000);
  });

  test('of the past is no wait of its own', async () => {
    expect((await waitAfter('Thu, 01 Jan 1970 00:00:00 GMT')).delay).toBeLessThanOrEqual(20);
  });

  test('that makes no sense is ignored', async () => {
    expect((await waitAfter('soon')).delay).toBeLessThanOrEqual(20);
  });

  test('stands in the error, in milliseconds', async () => {
    expect((await waitAfter(7)).error).toMatchObject({ code: 'UPGRADE_REFUSED', httpStatus: 503, retryAfter: 7_000 });
  });

  test('keeps the next dial away until it has passed', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 429, retryAfter: 1, times: 1 });
    await loopback.readyClient(server);
    const [refused, accepted] = server.upgrades.map(({ at }) => at);
    expect((accepted ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(1_000);
  });
});

describe('a redirect', () => {
  test('is not followed', async () => {
    const elsewhere = await loopback.tcp();
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 302, location: `${elsewhere.url}/datastream` });
    const client = loopback.client(server, { maxReconnectAttempts: 2 });
    client.start();
    await rejection(client.ready());
    expect([server.upgrades.length, elsewhere.peers.length]).toEqual([2, 0]);
  });

  test('is named in the error', async () => {
    const { errors } = await refusedWith(307, { maxReconnectAttempts: 1 });
    expect(errors.all[0]).toMatchObject({
      code: 'UPGRADE_REFUSED',
      httpStatus: 307,
      message: 'The server refused the upgrade with status 307; redirects are not followed',
    });
  });
});

test.each([200, 400, 404, 408, 429, 500, 502, 503, 504])('retries an upgrade refused with %d', async (status) => {
  const server = await loopback.datastream();
  server.faults.refuseUpgrades({ status, times: 1 });
  const client = loopback.client(server);
  const error = next(client, 'error');
  client.start();
  await client.ready();
  expect(await error).toMatchObject({ code: 'UPGRADE_REFUSED', httpStatus: status, retryable: true });
});

describe('an answer that is no WebSocket', () => {
  test.each<[string, (request: string) => string]>([
    ['speaks another protocol', () => 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['accepts another key', () => switchingProtocols('Sec-WebSocket-Key: another')],
    [
      'selects a subprotocol that was not offered',
      (request) =>
        switchingProtocols(request).replace(
          'Connection: Upgrade\r\n',
          'Connection: Upgrade\r\nSec-WebSocket-Protocol: x\r\n',
        ),
    ],
    [
      'uses an extension that was not offered',
      (request) =>
        switchingProtocols(request).replace(
          'Upgrade\r\n',
          'Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\n',
        ),
    ],
  ])('because it %s is a failed attempt, and the client dials again', async (_what, answer) => {
    const server = await loopback.tcp();
    const client = loopback.client(server);
    const errors = journalOf(client, 'error');
    client.start();
    const impostor = await server.peers.at(0);
    impostor.socket.write(answer(await impostor.request));
    await (await server.peers.at(1)).accept();
    await client.ready();
    expect(errors.all.map(({ code, retryable }) => [code, retryable])).toEqual([['CONNECT_FAILED', true]]);
  });

  test('leaves no socket behind', async () => {
    const server = await loopback.tcp();
    const client = loopback.client(server, LONG_DELAY);
    client.start();
    const impostor = await server.peers.at(0);
    impostor.socket.write(switchingProtocols('Sec-WebSocket-Key: another'));
    await expect(impostor.closed).resolves.toBeUndefined();
  });
});

describe('a server that does not answer the upgrade', () => {
  test('is given up after connectTimeout', async () => {
    const server = await loopback.tcp();
    const client = loopback.client(server, { connectTimeout: 50, ...LONG_DELAY });
    const waiting = next(client, 'waiting');
    client.start();
    expect((await waiting).error).toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: expect.stringContaining('50 ms') as string,
    });
  });

  test('has its TCP connection ended', async () => {
    const server = await loopback.tcp();
    loopback.client(server, { connectTimeout: 50, ...LONG_DELAY }).start();
    await expect((await server.peers.at(0)).closed).resolves.toBeUndefined();
  });

  test('is dialled again', async () => {
    const server = await loopback.datastream();
    server.faults.stallUpgrades({ times: 1 });
    await loopback.readyClient(server, { connectTimeout: 50 });
    expect(server.upgrades.map(({ outcome }) => outcome)).toEqual(['stalled', 'accepted']);
  });
});

test('names the reason when nothing listens', async () => {
  const client = loopback.client(await loopback.nowhere(), LONG_DELAY);
  const waiting = next(client, 'waiting');
  client.start();
  expect((await waiting).error).toMatchObject({
    code: 'CONNECT_FAILED',
    message: expect.stringContaining('ECONNREFUSED') as string,
    cause: expect.objectContaining({ code: 'ECONNREFUSED' }) as Error,
  });
});

describe('the limit of attempts', () => {
  async function exhausted(maxReconnectAttempts: number) {
    return refusedWith(503, { maxReconnectAttempts });
  }

  test.each([
    [4, 4],
    [1, 1],
    [0, 1],
  ])('of %d allows %d dials', async (limit, dials) => {
    const { server } = await exhausted(limit);
    expect(server.upgrades).toHaveLength(dials);
  });

  test('of 4 has 3 waits, each for the dial to come', async () => {
    const { waits } = await exhausted(4);
    expect(waits.all.map(({ attempt }) => attempt)).toEqual([2, 3, 4]);
  });

  test('gives one error for each failed dial and one more for giving up', async () => {
    const { errors } = await exhausted(3);
    expect(errors.all.map(({ code, retryable }) => [code, retryable])).toEqual([
      ['UPGRADE_REFUSED', true],
      ['UPGRADE_REFUSED', true],
      ['UPGRADE_REFUSED', true],
      ['ATTEMPTS_EXHAUSTED', false],
    ]);
  });

  test('names the last failure as the cause of giving up', async () => {
    const { error, errors } = await exhausted(2);
    expect([error.cause, error.message]).toEqual([errors.all[1], expect.stringContaining('503')]);
  });

  test('can be started over once the server is back', async () => {
    const { server, client } = await exhausted(2);
    server.faults.clear();
    client.start();
    await expect(client.ready()).resolves.toBeUndefined();
  });

  test('of Infinity always finds its way back', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503, times: 25 });
    const client = await loopback.readyClient(server, { maxReconnectAttempts: Infinity });
    expect(client.state).toMatchObject({ status: 'ready', attempt: 26 });
  });

  test('counts connections that did not last', async () => {
    const server = await loopback.datastream();
    server.faults.dropAfterAccept({ code: 1011 });
    const client = loopback.client(server, { maxReconnectAttempts: 3 });
    const closed = next(client, 'closed');
    client.start();
    expect([(await closed).error?.code, server.upgrades.length]).toEqual(['ATTEMPTS_EXHAUSTED', 3]);
  });

  test('starts a new count after a connection that lasted', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(server, { maxReconnectAttempts: 2, stableAfter: 1, pingInterval: 5 });
    for (let restart = 0; restart < 4; restart += 1) {
      // The first ping tells that the connection has lasted longer than stableAfter.
      await server.connections[0]?.nextPing();
      const ready = next(client, 'ready');
      server.faults.closeAll(1012);
      await ready;
    }
    expect(client.state).toMatchObject({ status: 'ready', attempt: 1 });
  });
});
