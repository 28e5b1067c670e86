// Side by side with the peers: node run.mjs [--quick] [--only WORKLOAD,...] [--rounds N] [--json FILE] [--write]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureBrowser } from './browser/measure.mjs';
import { startServer } from './processes.mjs';
import { createProgress } from './report/progress.mjs';
import { report } from './report/report.mjs';
import { sizes } from './report/sizes.mjs';
import { writeDocs } from './report/write-docs.mjs';
import { runWorkload } from './rounds.mjs';
import { checkSanity } from './sanity.mjs';
import { measureStore } from './store/measure.mjs';
import { realStorm } from './storm/real.mjs';
import { storms } from './storm/storm.mjs';
import { WORKLOADS } from './workloads/index.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const PARTS = [...Object.keys(WORKLOADS), 'browser', 'store', 'storm', 'sizes'];
const isQuick = values.quick;
const wanted = values.only?.split(',') ?? PARTS;
const unknown = wanted.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')} to measure; there are ${PARTS.join(', ')}`);
  process.exit(2);
}
const rounds = Number(values.rounds ?? (isQuick ? 1 : 7));
const progress = createProgress();

const results = {};
const server = await startServer();
try {
  for (const workload of Object.keys(WORKLOADS).filter((name) => wanted.includes(name))) {
    results[workload] = await runWorkload(workload, { url: server.url, rounds, isQuick, progress });
  }
} finally {
  server.stop();
}
const run = {
  isQuick,
  rounds,
  node: process.version,
  results,
  browser: wanted.includes('browser') ? await measureBrowser({ isQuick, progress }) : undefined,
  store: wanted.includes('store') ? await measureStore({ isQuick, progress }) : undefined,
  storms: wanted.includes('storm') ? storms({ clients: isQuick ? 20_000 : 1_000_000, progress }) : [],
  realStorm:
    wanted.includes('storm') && !isQuick
      ? await realStorm({ clients: 2_000, processes: 4, downFor: 5_000, progress })
      : undefined,
  sizes: wanted.includes('sizes') ? await sizes() : [],
};
progress.done();

console.log(report(run));
if (values.json) await writeFile(values.json, `${JSON.stringify(run, null, 2)}\n`);
if (values.write) await writeDocs(run);
process.exitCode = checkSanity(run) ? 0 : 1;
