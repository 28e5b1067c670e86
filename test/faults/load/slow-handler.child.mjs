// Handles numbered messages more slowly than they come, and measures in a process of its own what that holds in memory.
import { setImmediate, setTimeout } from 'node:timers/promises';
import { DatastreamClient } from '../../../dist/index.js';

const [queueSize, total, measureUntil] = process.argv.slice(2).map(Number);
const { SERVER_URL: url, API_KEY: apiKey } = process.env;

/** Messages between two rests of the handler, and between two looks at the memory. */
const REST_EVERY = 20;
const LOOK_EVERY = 500;

let leaks = 0;
const look = (line) => void (line.includes(apiKey) && leaks++);

const report = { handled: 0, lost: 0, outOfOrder: 0, duplicated: 0, peak: 0, deepest: 0, discarded: 0, losses: 0 };
let expected = 0;

/** What is really held: memory that is only not collected yet is none of it. */
function liveMemory() {
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let atStart = 0;
const client = new DatastreamClient({
  url,
  apiKey,
  queueSize,
  logger: { debug: look, info: look, warn: look, error: look },
  async messageHandler({ n }) {
    if (n > expected) report.lost += n - expected;
    if (n < expected) report[n === expected - 1 ? 'duplicated' : 'outOfOrder'] += 1;
    expected = Math.max(expected, n + 1);
    report.handled += 1;
    report.deepest = Math.max(report.deepest, client.stats().queueDepth);
    if (n % LOOK_EVERY === 0) report.peak = Math.max(report.peak, liveMemory() - atStart);
    // A timer rounds up to a whole millisecond, so not each message can have one.
    if (n % REST_EVERY === 0) await setTimeout(1);
    if (report.handled === measureUntil) finish();
  },
});
client.on('waiting', () => report.losses++);

async function finish() {
  await client.close();
  console.log(JSON.stringify({ ...report, leaks, discarded: client.stats().discarded }));
}

client.start();
await client.ready();
await setImmediate();
atStart = liveMemory();
await client.sendMessage({ send: total });
