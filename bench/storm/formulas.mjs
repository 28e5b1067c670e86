// How long each client waits before a dial, from its own source; ours is the library's own `backoff.ts`, through the built package.
import { backoff } from '../../dist/index.js';

const SECOND = 1_000;
const LADDER = { min: 1 * SECOND, max: 30 * SECOND };

/**
 * `wait(n, phase, random)` is the n-th wait after the loss of a connection that had been stable, in milliseconds; `phase`
 * is a number that a client draws once. `dials` is how many may fail before it gives up.
 */
export const FORMULAS = [
  { name: 'schematic-datastream-ws', dials: Infinity, wait: (n, phase) => backoff(n, { phase, ...LADDER }) },
  // Go client.go and Node websocket-client: the first redial is immediate, then powers of two with up to a second on top.
  {
    name: 'Go and Node SDK',
    dials: 10,
    wait: (n, _phase, random) => (n === 1 ? 0 : Math.min(2 ** (n - 2) * SECOND, 30 * SECOND) + random() * SECOND),
  },
  // partysocket/dist/ws.js: 3 s, growing by 1.3 up to 10 s, without chance.
  { name: 'partysocket', dials: Infinity, wait: (n) => Math.min(3 * SECOND * 1.3 ** (n - 1), 10 * SECOND) },
  // reconnecting-websocket: 1 to 5 s drawn once, growing by 1.3 up to 10 s.
  {
    name: 'reconnecting-websocket',
    dials: Infinity,
    wait: (n, phase) => Math.min((1 + 4 * phase) * SECOND * 1.3 ** (n - 1), 10 * SECOND),
  },
  // websocket-ts as its README shows it: new ConstantBackoff(1000).
  { name: 'websocket-ts', dials: Infinity, wait: () => SECOND },
  // graphql-ws: 1 s doubling, with 0.3 to 3 s on top, five retries.
  {
    name: 'graphql-ws',
    dials: 6,
    wait: (n, _phase, random) => (n === 1 ? 0 : 2 ** (n - 2) * SECOND) + 300 + random() * 2_700,
  },
  // phoenix.js: a table of steps.
  {
    name: 'phoenix',
    dials: Infinity,
    wait: (n) => [10, 50, 100, 150, 200, 250, 500, 1_000, 2_000][n - 1] ?? 5 * SECOND,
  },
  // supabase realtime-js: a table of steps.
  { name: 'supabase', dials: Infinity, wait: (n) => [1, 2, 5, 10][n - 1] * SECOND || 10 * SECOND },
  {
    name: 'full jitter, 1 s doubling to 30 s',
    dials: Infinity,
    wait: (n, _phase, random) => random() * Math.min(2 ** (n - 1) * SECOND, 30 * SECOND),
  },
];
