import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { Child } from '../../support/child-process';
import { recordFault } from '../../support/fault-ledger';
import { MARKER_CORE, showsKey } from '../../support/marker';
import { median, slope } from '../../support/slope';

const SAMPLES = 11;
const CYCLES_PER_SAMPLE = 200;
const RUNS = 3;
/** What a cycle may leave on the heap beyond what one of raw `ws` leaves, in bytes. */
const ALLOWANCE = 200;

/** How the engine runs a process, and the cycles before the first sample, in which caches are filled. */
interface Engine {
  flags: readonly string[];
  warmUp: number;
}

const ENGINES = {
  /**
   * Machine code that the engine makes of hot functions lies on the heap too, and comes and goes for thousands of cycles, by
   * up to 100 kB between two samples. Without it a slope is right to a few bytes.
   */
  interpreted: { flags: ['--no-opt', '--no-sparkplug'], warmUp: 200 },
  /** As users run it. After so many cycles most of that code is there, and a slope is right to some 50 bytes. */
  optimised: { flags: [], warmUp: 2_000 },
} satisfies Record<string, Engine>;

/** What a process tells that has gone through its cycles. */
interface Report {
  /** Bytes in use, after each sample's cycles and a collection of garbage. */
  heap: number[];
  /** What kept the process alive before the first cycle, and after the last. */
  before: string[];
  after: string[];
  /** Of the one signal that all clients share. */
  listeners: number;
  warnings: string[];
  leaks: number;
}

/** Runs one subject in a process of its own, against a server and a port of its own. */
async function measure(subject: string, { flags, warmUp }: Engine): Promise<Report> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => data.toString() === '"drop"' && socket.terminate());
  });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const script = join(__dirname, 'cycles.child.mjs');
  const args = [subject, warmUp, SAMPLES, CYCLES_PER_SAMPLE].map(String);
  const child = Child.runFile(
    script,
    args,
    { url },
    { env: { API_KEY: MARKER_CORE }, node: ['--expose-gc', ...flags] },
  );
  try {
    const { code, stderr } = await child.ended;
    if (code !== 0) throw new Error(`"${subject}" failed:\n${stderr}`);
    const output = child.lines.all.join('\n');
    expect(showsKey(output + stderr)).toBe(false);
    return JSON.parse(output) as Report;
  } finally {
    await child.stop();
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
}

/** The slope of the heap in bytes per cycle, the median of its runs, which take turns with those of the other subject. */
async function compare(raw: string, client: string, engine: Engine) {
  const runs: { raw: Report; client: Report }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    runs.push({ raw: await measure(raw, engine), client: await measure(client, engine) });
  }
  const slopeOf = (subject: 'raw' | 'client') =>
    median(runs.map((run) => slope(run[subject].heap) / CYCLES_PER_SAMPLE));
  return { raw: slopeOf('raw'), client: slopeOf('client'), reports: runs.map((run) => run.client) };
}

describe.each([
  ['2 000 reconnects of an interpreted client', 'reconnecting', 'interpreted'],
  ['2 000 reconnects of an optimised client', 'reconnecting', 'optimised'],
  ['2 000 interpreted clients that are created, ready and closed', 'created', 'interpreted'],
  ['2 000 optimised clients that are created, ready and closed', 'created', 'optimised'],
] as const)('%s', (cycles, subject, engine) => {
  let result: Awaited<ReturnType<typeof compare>>;
  beforeAll(async () => {
    result = await compare(`${subject} raw`, `${subject} client`, ENGINES[engine]);
    console.info(`${cycles}: raw ws ${result.raw.toFixed(0)} B, this client ${result.client.toFixed(0)} B a cycle`);
    const injected = RUNS * (SAMPLES - 1) * CYCLES_PER_SAMPLE;
    recordFault({
      fault: cycles,
      injected,
      survived: injected,
      sent: 0,
      lost: 0,
      outOfOrder: 0,
      duplicated: 0,
    });
  }, 300_000);

  test('leave no more on the heap than raw ws does, but for 200 bytes each', () => {
    expect(result.client).toBeLessThanOrEqual(result.raw + ALLOWANCE);
  });

  test('leave no handle, timer, socket or listener of the shared signal', () => {
    expect(result.reports).toEqual(
      Array<unknown>(RUNS).fill(expect.objectContaining({ after: result.reports[0]?.before, listeners: 0 })),
    );
  });

  test('warn of nothing, and log no key', () => {
    expect(result.reports.map(({ warnings, leaks }) => [warnings, leaks])).toEqual(Array(RUNS).fill([[], 0]));
  });
});
