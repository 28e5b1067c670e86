import type { DatastreamOptions } from '../../src';
import { recordFault } from '../support/fault-ledger';
import { lasting } from '../support/lasting';
import { useLoopback } from '../support/loopback';
import { seeded } from '../support/seeded';
import { NOTHING_WRONG, Tally, type Count } from '../support/tally';
import { journalOf, next } from '../support/watch';

// Nothing here takes this long by itself; starting processes on a machine that is busy might.
jest.setTimeout(120_000);

const RESTARTS = 50;
const SEED = 4;

const loopback = useLoopback();

/** A ready client of a server in a process of its own. */
async function follow(options: Partial<DatastreamOptions<unknown>> = {}) {
  const tally = new Tally();
  const server = await loopback.process(tally);
  const client = await loopback.readyClient(server, {
    messageHandler: tally.handle,
    backoff: () => 20,
    maxReconnectAttempts: Infinity,
    ...options,
  });
  return { tally, server, client, errors: journalOf(client, 'error') };
}

/** Writes down what a fault did, and holds it to what is promised. */
function expectNothingWrong(fault: string, injected: number, survived: number, count: Count): void {
  recordFault({ fault, injected, survived, ...count });
  expect({ survived, ...count }).toMatchObject({ survived: injected, ...NOTHING_WRONG });
}

describe('a server process that stands still', () => {
  test('for less than pongTimeout keeps its connection and loses nothing', async () => {
    const { tally, server, client, errors } = await follow({ pongTimeout: 20_000, pingInterval: 2_000 });
    await server.deliver(1_000);
    // 20 MB, in the middle of which it stops.
    const pushed = server.push(1_000, 20_000);
    await tally.received.first(1_100);
    server.freeze();
    await lasting(10_000);
    expect(tally.received.length).toBeLessThan(2_000);
    server.thaw();
    await pushed;
    await server.deliver(1_000);
    expectNothingWrong('server stopped for 10 s', 1, client.stats().attempts, tally.count());
    expect(errors.all).toEqual([]);
  });

  test('for longer than pongTimeout is given up, and dialled until it goes on', async () => {
    const { tally, server, client, errors } = await follow({
      pongTimeout: 2_500,
      pingInterval: 1_000,
      connectTimeout: 500,
    });
    await server.deliver(1_000);
    server.freeze();
    void server.push(1_000);
    await errors.at(3);
    const ready = next(client, 'ready');
    server.thaw();
    await ready;
    await server.deliver(1_000);
    const last = tally.received.all.at(-1)?.c;
    const count = tally.count((connection) => connection !== last);
    expectNothingWrong('server stopped for longer than pongTimeout', 1, client.stats().reconnects, count);
    expect(errors.all.map(({ code }) => code).slice(0, 4)).toEqual([
      'PONG_TIMEOUT',
      'CONNECT_TIMEOUT',
      'CONNECT_TIMEOUT',
      'CONNECT_TIMEOUT',
    ]);
  });
});

describe('a server process that dies', () => {
  test('is noticed at once, and its successor on the same port is found', async () => {
    const { tally, server, client, errors } = await follow();
    await server.deliver(1_000);
    server.stream(20, 1);
    await tally.received.first(3_000);
    const waiting = next(client, 'waiting');
    await server.stop();
    await waiting;
    await errors.at(2);
    const successor = await loopback.process(tally, server);
    await next(client, 'ready');
    await successor.deliver(1_000);
    const count = tally.count((connection) => server.accepted(connection));
    expectNothingWrong('server killed and started again', 1, client.stats().reconnects, count);
    expect(errors.all.map(({ code }) => code).slice(0, 3)).toEqual([
      'CONNECTION_CLOSED',
      'CONNECT_FAILED',
      'CONNECT_FAILED',
    ]);
  });

  test('and comes back fifty times, at any moment of a burst, costs no message that arrived', async () => {
    const random = seeded(SEED);
    const { tally, client, errors, ...first } = await follow();
    const servers = [first.server];
    let server = first.server;
    while (servers.length <= RESTARTS) {
      server.stream(20, 2);
      // A fifth of them end at once, while they are still dialled, the others in the middle of their burst.
      const moment = Math.floor(Math.max(0, random() - 0.2) * 2_000);
      await tally.received.first(tally.received.length + moment);
      // One half is killed, the other says goodbye.
      await (random() < 0.5 ? server.stop() : server.end());
      server = await loopback.process(tally, server);
      servers.push(server);
    }
    await client.ready();
    await server.deliver(1_000);
    const count = tally.count((connection) => !servers.some((each) => each.hasClosed(connection)));
    const last = tally.received.all.at(-1)?.c ?? '';
    const survived = servers.findIndex((each) => each.accepted(last));
    expectNothingWrong(`server restarted in a burst (seed ${SEED})`, RESTARTS, survived, count);
    // Each dial but the last one has failed or was lost, and each of these was told, once.
    expect(errors.length).toBe(client.stats().attempts - 1);
  });
});
