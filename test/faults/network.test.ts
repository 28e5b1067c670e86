import type { DatastreamClient, DatastreamError, DatastreamOptions } from '../../src';
import { recordFault } from '../support/fault-ledger';
import type { Journal } from '../support/journal';
import { lasting } from '../support/lasting';
import { useLoopback } from '../support/loopback';
import { ownNetwork, type Network } from '../support/network';
import { describeWhere } from '../support/requirement';
import type { ServerProcess } from '../support/server-process';
import { NOTHING_WRONG, Tally } from '../support/tally';
import { journalOf, next } from '../support/watch';

/** A ready client, and the server at the other end of a network. */
interface Scene {
  network: Network;
  server: ServerProcess;
  client: DatastreamClient<unknown>;
  tally: Tally;
  errors: Journal<DatastreamError>;
}

// Nothing here takes this long by itself; retransmissions on a machine that is busy might.
jest.setTimeout(60_000);

const loopback = useLoopback();

async function acrossNetwork(options: Partial<DatastreamOptions<unknown>>): Promise<Scene> {
  const network = loopback.network();
  const tally = new Tally();
  const server = await loopback.process(tally, network.far);
  const client = await loopback.readyClient(server, {
    messageHandler: tally.handle,
    backoff: () => 50,
    maxReconnectAttempts: Infinity,
    ...options,
  });
  return { network, server, client, tally, errors: journalOf(client, 'error') };
}

/** Writes down what a fault did, and holds it to what is promised: a single connection follows those that it cut. */
function expectNothingWrong(fault: string, { client, tally }: Scene, cut: 0 | 1): void {
  const last = tally.received.all.at(-1)?.c;
  const count = tally.count((connection) => cut > 0 && connection !== last);
  recordFault({ fault, injected: 1, survived: client.isReady() ? 1 : 0, ...count });
  expect(count).toMatchObject(NOTHING_WRONG);
  expect([client.state.status, client.stats().reconnects]).toEqual(['ready', cut]);
}

/** A process that stands still for a second, on a machine that is busy, is not yet one that has slept. */
const TIMES = { pongTimeout: 2_000, pingInterval: 1_500 };

/** Verdicts are checked every twentieth of the timeout; the rest is for a machine that is busy. */
const soonAfter = (timeout: number) => timeout * 1.05 + 500;

describeWhere([ownNetwork()], 'a network', () => {
  test('that drops every packet is noticed within pongTimeout, and the next dial works when it is over', async () => {
    const scene = await acrossNetwork({ ...TIMES, connectTimeout: 700 });
    const { network, server, client, errors } = scene;
    await server.deliver(100);
    const start = performance.now();
    network.dropAll();
    await server.push(100);
    await next(client, 'waiting');
    const noticed = performance.now() - start;
    // The first dials find the network as it was.
    await errors.at(2);
    network.heal();
    await next(client, 'ready');
    await server.deliver(100);
    expectNothingWrong('packets dropped (half-open)', scene, 1);
    expect(noticed).toBeLessThan(soonAfter(TIMES.pongTimeout));
    expect(errors.all.map(({ code }) => code).slice(0, 3)).toEqual([
      'PONG_TIMEOUT',
      'CONNECT_TIMEOUT',
      'CONNECT_TIMEOUT',
    ]);
  });

  test('that drops every packet for less than pongTimeout loses nothing', async () => {
    const scene = await acrossNetwork({ pongTimeout: 20_000, pingInterval: 300 });
    const { network, server, client, errors } = scene;
    await server.deliver(100);
    network.dropAll();
    await server.push(100);
    // What the fault takes: two pings and the first retransmissions vanish.
    await lasting(1_000);
    expect(network.hits).toBeGreaterThan(2);
    network.heal();
    await server.deliver(100);
    expectNothingWrong('packets dropped for a second', scene, 0);
    expect([errors.all, client.stats().attempts]).toEqual([[], 1]);
  });

  test('that answers with RST is noticed at the next packet, and the next dial works when it is over', async () => {
    const scene = await acrossNetwork({ pongTimeout: 60_000, pingInterval: 300 });
    const { network, server, client, errors } = scene;
    await server.deliver(100);
    network.rejectAll();
    await next(client, 'waiting');
    await errors.at(2);
    network.heal();
    await next(client, 'ready');
    await server.deliver(100);
    expectNothingWrong('packets rejected with RST', scene, 1);
    expect(errors.all.map(({ code }) => code).slice(0, 3)).toEqual([
      'CONNECTION_CLOSED',
      'CONNECT_FAILED',
      'CONNECT_FAILED',
    ]);
  });

  test('that is cut while the server is replaced is noticed at the next packet, before pongTimeout', async () => {
    const scene = await acrossNetwork({ pongTimeout: 60_000, pingInterval: 300 });
    const { network, server, client, tally, errors } = scene;
    await server.deliver(100);
    network.dropAll();
    await server.stop();
    const successor = await loopback.process(tally, { ...network.far, port: server.port });
    network.heal();
    await next(client, 'ready');
    await successor.deliver(100);
    expectNothingWrong('server replaced behind dropped packets', scene, 1);
    expect(errors.all.map(({ code }) => code)).toEqual(['CONNECTION_CLOSED']);
  });

  test('whose link goes down is noticed within pongTimeout, and the next dial works when it is up', async () => {
    const scene = await acrossNetwork(TIMES);
    const { network, server, client, errors } = scene;
    await server.deliver(100);
    const start = performance.now();
    network.unplug();
    await server.push(100);
    await next(client, 'waiting');
    const noticed = performance.now() - start;
    await errors.at(2);
    network.plugIn();
    await next(client, 'ready');
    await server.deliver(100);
    expectNothingWrong('link down and up', scene, 1);
    expect(noticed).toBeLessThan(soonAfter(TIMES.pongTimeout));
    expect(errors.all.map(({ code }) => code).slice(0, 3)).toEqual([
      'PONG_TIMEOUT',
      'CONNECT_FAILED',
      'CONNECT_FAILED',
    ]);
  });

  test('whose link is down for less than pongTimeout loses nothing', async () => {
    const scene = await acrossNetwork({ pongTimeout: 20_000, pingInterval: 300 });
    const { network, server, client, errors } = scene;
    await server.deliver(100);
    network.unplug();
    await server.push(100);
    await lasting(1_000);
    network.plugIn();
    await server.deliver(100);
    expectNothingWrong('link down for a second', scene, 0);
    expect([errors.all, client.stats().attempts]).toEqual([[], 1]);
  });

  test('that loses 20 % of the packets loses no message', async () => {
    const scene = await acrossNetwork({ pongTimeout: 30_000, pingInterval: 200 });
    const { network, server, client } = scene;
    network.lose(20);
    for (let round = 0; round < 20; round++) await server.deliver(50, 200);
    // Handshakes have to get through, too.
    client.reconnect();
    await next(client, 'ready');
    await server.deliver(50, 200);
    expect(network.hits).toBeGreaterThan(20);
    expectNothingWrong('20 % of the packets lost', scene, 1);
  });

  test('of 256 kbit/s carries a frame that takes several times pongTimeout', async () => {
    const scene = await acrossNetwork({ pongTimeout: 1_000, pingInterval: 400 });
    const { network, server, client, errors } = scene;
    await server.deliver(10);
    network.throttle(256);
    const start = performance.now();
    await server.deliver(1, 160_000);
    const taken = performance.now() - start;
    await server.deliver(10);
    expectNothingWrong('256 kbit/s', scene, 0);
    expect([errors.all, client.stats().attempts]).toEqual([[], 1]);
    expect(taken).toBeGreaterThan(4_000);
  });
});
