// The storm with real clients in a few processes and a real server, beside what the simulation says of as many.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DatastreamServer } from '../../dist/testing.js';
import { FORMULAS } from './formulas.mjs';
import { seeded, simulate } from './simulate.mjs';

const BIN = 1_000;
const CHILD = fileURLToPath(new URL('fleet.child.mjs', import.meta.url));

/** Lets `clients` lose their server for `downFor` milliseconds; arrivals a second, as measured and as simulated. */
export async function realStorm({ clients, processes, downFor, progress }) {
  const server = await DatastreamServer.start({ apiKeys: ['key'] });
  const perProcess = clients / processes;
  const fleet = Array.from({ length: processes }, () => fork(CHILD, [server.url, String(perProcess)]));
  try {
    progress(`storm · ${clients} real clients connect`);
    await Promise.all(fleet.map((child) => once(child, 'message')));
    const before = server.upgrades.length;
    progress(`storm · ${clients} real clients have lost their server`);
    const lostAt = Date.now();
    server.faults.refuseUpgrades({ status: 503 });
    server.faults.terminateAll();
    for (const child of fleet) child.send('lost');
    const timer = setTimeout(() => server.faults.clear(), downFor);
    await Promise.all(fleet.map((child) => once(child, 'message')));
    clearTimeout(timer);
    const measured = histogram(server.upgrades.slice(before).map(({ at }) => at - lostAt));
    return { clients, downFor, measured, simulated: simulated(clients, downFor, measured.length) };
  } finally {
    for (const child of fleet) child.kill();
    await server.stop();
  }
}

function simulated(clients, downFor, bins) {
  const [formula] = FORMULAS;
  const { arrivals } = simulate({ formula, clients, downFor, acceptsPerSecond: Infinity, random: seeded(1) });
  const perSecond = [...arrivals].map((count, index) => ({ at: index * 100, count }));
  return histogram(perSecond.flatMap(({ at, count }) => Array.from({ length: count }, () => at))).slice(0, bins);
}

/** How many of these times, in milliseconds, fall into each second. */
function histogram(times) {
  const bins = [];
  for (const time of times) {
    const bin = Math.floor(time / BIN);
    while (bins.length <= bin) bins.push(0);
    bins[bin]++;
  }
  return bins;
}
