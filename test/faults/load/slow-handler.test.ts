import { join } from 'node:path';
import type { WebSocket } from 'ws';
import { Child } from '../../support/child-process';
import { recordFault } from '../../support/fault-ledger';
import { useLoopback } from '../../support/loopback';
import { MARKER_CORE, showsKey } from '../../support/marker';

const loopback = useLoopback();

const MESSAGES = 100_000;
/** Bytes of one message, which are the characters of one text too. */
const SIZE = 1_024;
const QUEUE_SIZE = 1_000;
/** The largest that the option takes. */
const LARGEST_QUEUE = 1e9;

const KIB = 1_024;
/** What the engine needs for a text and a place in a queue, beside its characters. */
const PER_MESSAGE = 64;
/** One read of a socket, the most that comes after the socket was paused. */
const ONE_READ = 64 * KIB;
/** What `ws` and Node keep of one read while it is taken apart: the read, what its frames were cut from, their copies. */
const BUFFERS = 4 * ONE_READ;
/** Code that is compiled on the way, and what the engine learns of it. */
const ENGINE = 2 * 1_024 * KIB;

/** What the client may hold: a full queue, what one read puts on top of it, and what every client needs. */
const BOUND = (QUEUE_SIZE + ONE_READ / SIZE) * (SIZE + PER_MESSAGE) + BUFFERS + ENGINE;
/** What one without backpressure holds at the end of the burst: nearly all of it. */
const UNBOUNDED = MESSAGES * SIZE;

interface Report {
  handled: number;
  lost: number;
  outOfOrder: number;
  duplicated: number;
  /** The most bytes that were in use beyond those at the start, measured after a collection of garbage. */
  peak: number;
  /** The most messages that waited. */
  deepest: number;
  discarded: number;
  losses: number;
  leaks: number;
}

/** Runs a client with a slow handler against a server that sends as fast as the network takes it. */
async function run(queueSize: number, measureUntil: number): Promise<Report> {
  const server = await loopback.webSockets();
  const script = join(__dirname, 'slow-handler.child.mjs');
  const args = [queueSize, MESSAGES, measureUntil].map(String);
  const child = Child.runFile(script, args, server, { env: { API_KEY: MARKER_CORE }, node: ['--expose-gc'] });
  try {
    const peer = await server.peers.at(0);
    await peer.frames.at(0);
    await sendAll(peer.socket);
    const { code, stderr } = await child.ended;
    const output = child.lines.all.join('\n');
    expect([code, stderr, showsKey(output)]).toEqual([0, '', false]);
    return JSON.parse(output) as Report;
  } finally {
    await child.stop();
  }
}

/** Sends numbered messages, each as soon as the one before it has gone to the network, a few ahead. */
async function sendAll(socket: WebSocket): Promise<void> {
  const filler = 'x'.repeat(SIZE);
  for (let n = 0; n < MESSAGES && socket.readyState === socket.OPEN; n += 1) {
    const start = `{"n":${n},"x":"`;
    const frame = `${start}${filler.slice(start.length + 2)}"}`;
    if (n % 64 !== 0) socket.send(frame);
    else await new Promise((taken) => socket.send(frame, taken));
  }
}

test('a burst that is faster than its handler is handled whole and in order, in bounded memory', async () => {
  const { peak, deepest, handled, lost, outOfOrder, duplicated, discarded, losses, leaks } = await run(
    QUEUE_SIZE,
    MESSAGES,
  );
  console.info(`slow handler: ${mebibytes(peak)} held at most, bound ${mebibytes(BOUND)}, ${deepest} messages waited`);
  const fault = '100 000 messages, a slow handler';
  recordFault({ fault, injected: 1, survived: losses ? 0 : 1, sent: MESSAGES, lost, outOfOrder, duplicated });

  expect({ handled, lost, outOfOrder, duplicated, discarded, losses, leaks }).toEqual({
    handled: MESSAGES,
    lost: 0,
    outOfOrder: 0,
    duplicated: 0,
    discarded: 0,
    losses: 0,
    leaks: 0,
  });
  // The queue was full, so the bound was put to the test.
  expect(deepest).toBeGreaterThanOrEqual(QUEUE_SIZE);
  expect(deepest).toBeLessThanOrEqual(QUEUE_SIZE + (2 * ONE_READ) / SIZE);
  expect(peak).toBeLessThanOrEqual(BOUND);
}, 120_000);

test('the same measure shows what a client without backpressure holds', async () => {
  // A queue that is never full is one that never pauses the socket.
  const { peak, deepest } = await run(LARGEST_QUEUE, MESSAGES / 2);
  console.info(`without backpressure: ${mebibytes(peak)} held at most, ${deepest} messages waited`);
  expect(peak).toBeGreaterThan(5 * BOUND);
  expect(peak).toBeLessThan(2 * UNBOUNDED);
}, 120_000);

function mebibytes(bytes: number): string {
  return `${(bytes / KIB / KIB).toFixed(1)} MiB`;
}
