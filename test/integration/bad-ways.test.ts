import type { DatastreamClient, DatastreamError, DatastreamOptions } from '../../src';
import type { DatastreamServer, ServerConnection } from '../../src/testing';
import { recordFault } from '../support/fault-ledger';
import type { Journal } from '../support/journal';
import { useLoopback } from '../support/loopback';
import { Numbering } from '../support/numbering';
import { seeded } from '../support/seeded';
import { NOTHING_WRONG, Tally, type Count } from '../support/tally';
import {
  cutAfter,
  late,
  oneByteAtATime,
  swallow,
  type Link,
  type TcpProxy,
  type Treatments,
} from '../support/tcp-proxy';
import { textFrame } from '../support/tcp-server';
import { journalOf, next } from '../support/watch';

// Nothing here takes this long by itself; a machine that is busy might.
jest.setTimeout(60_000);

const loopback = useLoopback();

/** A ready client behind a proxy that lets its first connection pass, and numbered messages on the way to it. */
interface Scene {
  server: DatastreamServer;
  proxy: TcpProxy;
  client: DatastreamClient<unknown>;
  tally: Tally;
  numbering: Numbering;
  /** All that were announced, from the first dial on. */
  errors: Journal<DatastreamError>;
}

type Treat = (index: number) => Treatments;

async function behindProxy(treat?: Treat, options: Partial<DatastreamOptions<unknown>> = {}): Promise<Scene> {
  const server = await loopback.datastream();
  const proxy = await loopback.proxy(server, treat);
  const tally = new Tally();
  const client = loopback.client(proxy, {
    messageHandler: tally.handle,
    backoff: () => 0,
    maxReconnectAttempts: Infinity,
    ...options,
  });
  const errors = journalOf(client, 'error');
  client.start();
  await client.ready();
  return { server, proxy, client, tally, numbering: new Numbering(tally), errors };
}

/** Writes down what a fault did, and holds it to what is promised: all that arrived was handled, once, in order. */
function expectNothingWrong(fault: string, injected: number, survived: number, count: Count): void {
  recordFault({ fault, injected, survived, ...count });
  expect({ survived, ...count }).toMatchObject({ survived: injected, ...NOTHING_WRONG });
}

function youngest(server: DatastreamServer): ServerConnection {
  const connection = server.connections.at(-1);
  if (!connection) throw new Error('Nobody is connected');
  return connection;
}

function sumOf(counts: Count[]): Count {
  const sum = { sent: 0, lost: 0, cutOff: 0, outOfOrder: 0, duplicated: 0 };
  for (const count of counts) for (const key of Object.keys(sum) as (keyof Count)[]) sum[key] += count[key];
  return sum;
}

describe('a handshake that breaks after any of its bytes', () => {
  /** How many bytes go up, and how many come down, before a connection is open. */
  async function handshakeSizes(): Promise<Record<'up' | 'down', number>> {
    const { proxy } = await behindProxy();
    const { up, down } = await proxy.links.at(0);
    return { up: up.passed, down: down.passed };
  }

  test.each([
    ['down', 'end'],
    ['down', 'reset'],
    ['up', 'end'],
    ['up', 'reset'],
  ] as const)('gives one retryable error, and the next dial works (%s, %s)', async (direction, how) => {
    const cuts = (await handshakeSizes())[direction];
    // Every second connection is cut, each one byte later than the one before; the others pass.
    const { server, client, tally, numbering, errors } = await behindProxy((index) =>
      index % 2 === 1 ? { [direction]: cutAfter((index - 1) / 2, how) } : {},
    );
    for (let cut = 0; cut < cuts; cut++) {
      const ready = next(client, 'ready');
      // The connection that passed is dropped, and so the one to be cut is dialled.
      youngest(server).terminate();
      await ready;
      await numbering.push(youngest(server), 1);
    }
    const failed = errors.all.filter(({ code, retryable }) => code === 'CONNECT_FAILED' && retryable);
    expectNothingWrong(`handshake cut at every byte (${direction}, ${how})`, cuts, failed.length, tally.count());
    expect(errors.length).toBe(2 * cuts);
  });

  test('gives CONNECT_TIMEOUT where nothing tells of the break, and the next dial works', async () => {
    const { down: cuts } = await handshakeSizes();
    const recover = async (cut: number) => {
      const scene = await behindProxy((index) => (index === 0 ? { down: cutAfter(cut, 'swallow') } : {}), {
        connectTimeout: 2_000,
      });
      await scene.numbering.push(await scene.server.connection(1), 1);
      return { codes: scene.errors.all.map(({ code }) => code), count: scene.tally.count() };
    };
    // All at once, since each one waits out its time.
    const recovered = await Promise.all(Array.from({ length: cuts }, (_, cut) => recover(cut)));
    const count = sumOf(recovered.map((each) => each.count));
    expectNothingWrong('handshake that stalls at every byte', cuts, recovered.length, count);
    expect(recovered.flatMap(({ codes }) => codes)).toEqual(Array.from({ length: cuts }, () => 'CONNECT_TIMEOUT'));
  });
});

describe('a connection that breaks in the middle of a frame', () => {
  const WHOLE = 3;
  /** Long enough for a length of two more bytes in the head of the frame. */
  const PADDING = 100;

  test.each(['reset', 'end'] as const)(
    'delivers what is whole, nothing of what is not, and is replaced, at every byte (%s)',
    async (how) => {
      const { server, proxy, client, tally, numbering, errors } = await behindProxy();
      let cuts = 0;
      for (let size = 1; cuts < size; cuts++) {
        const connection = await server.connection(cuts);
        const { down } = await proxy.links.at(cuts);
        const frames = Array.from({ length: WHOLE + 1 }, () => numbering.next(connection, PADDING));
        const bytes = frames.map((frame) => textFrame(frame).length);
        size = bytes.at(-1) ?? 0;
        const wholeBytes = bytes.slice(0, WHOLE).reduce((sum, length) => sum + length, 0);
        down.treatment = cutAfter(down.passed + wholeBytes + cuts, how);
        const ready = next(client, 'ready');
        for (const frame of frames) connection.send(frame);
        await ready;
      }
      const count = tally.count(() => true);
      const told = errors.all.filter(({ code, retryable }) => code === 'CONNECTION_CLOSED' && retryable);
      expectNothingWrong(`cut at every byte of a frame (${how})`, cuts, told.length, count);
      // One message of each connection is missing: the one that was broken.
      expect([count.sent, count.cutOff, errors.length]).toEqual([cuts * (WHOLE + 1), cuts, cuts]);
    },
  );
});

describe('a slow way', () => {
  test('of one byte at a time carries every size of frame, both ways', async () => {
    const { server, client, tally, numbering } = await behindProxy(() => ({
      down: oneByteAtATime,
      up: oneByteAtATime,
    }));
    const connection = await server.connection();
    const sent: string[] = [];
    // Around the sizes at which the head of a frame grows.
    for (const size of [0, 80, 90, 95, 100, 105, 110, 65_500]) {
      const message = JSON.stringify({ size, padding: 'x'.repeat(size) });
      sent.push(message);
      const arrived = connection.nextFrame();
      await Promise.all([numbering.push(connection, 3, size), client.sendMessage(JSON.parse(message)), arrived]);
    }
    expect(connection.received).toEqual(sent);
    expectNothingWrong('one byte at a time', 1, client.stats().attempts, tally.count());
  });

  test('with jitter keeps the order, and lives through a round trip of many ping intervals', async () => {
    const random = seeded(20);
    const treatment = late(100, 150, random);
    const { server, client, tally, numbering } = await behindProxy(() => ({ down: treatment, up: treatment }), {
      pingInterval: 40,
      pongTimeout: 5_000,
    });
    const connection = await server.connection();
    for (let ping = 0; ping < 20; ping++) {
      await connection.nextPing();
      void numbering.push(connection, 20);
    }
    const start = performance.now();
    await numbering.push(connection, 1);
    expect(performance.now() - start).toBeGreaterThanOrEqual(100);
    expectNothingWrong('latency of 100 to 250 ms each way', 1, client.stats().attempts, tally.count());
  });
});

describe('a black hole', () => {
  // A process that stands still for a second, on a machine that is busy, is not yet one that has slept.
  const TIMES = { pongTimeout: 2_000, pingInterval: 1_500 };

  test.each([
    ['in both directions', (link: Link) => link.swallow()],
    ['on the way to the client', (link: Link) => (link.down.treatment = swallow)],
  ])('%s is noticed within pongTimeout, and the next dial works', async (where, swallowIn) => {
    const { server, proxy, tally, numbering, client, errors } = await behindProxy(undefined, TIMES);
    const [old, link] = [await server.connection(0), await proxy.links.at(0)];
    await numbering.push(old, 100);
    const start = performance.now();
    swallowIn(link);
    void numbering.push(old, 100);
    const ready = next(client, 'ready');
    await next(client, 'waiting');
    const noticed = performance.now() - start;
    await ready;
    await numbering.push(await server.connection(1), 100);
    const count = tally.count((connection) => connection === numbering.name(old));
    expectNothingWrong(`black hole ${where}`, 1, errors.length, count);
    expect(errors.all.map(({ code }) => code)).toEqual(['PONG_TIMEOUT']);
    expect(count).toMatchObject({ sent: 300, cutOff: 100 });
    // A tick is a twentieth of the timeout; the rest is for a machine that is busy.
    expect(noticed).toBeLessThan(TIMES.pongTimeout * 1.05 + 500);
  });

  test('on the way to the server leaves a connection alone on which messages arrive', async () => {
    const { server, proxy, client, tally, numbering } = await behindProxy(undefined, TIMES);
    const [connection, link] = [await server.connection(), await proxy.links.at(0)];
    link.up.treatment = swallow;
    const end = performance.now() + 2 * TIMES.pongTimeout;
    while (performance.now() < end) await numbering.push(connection, 1);
    expectNothingWrong('black hole on the way to the server', 1, client.stats().attempts, tally.count());
  });
});
