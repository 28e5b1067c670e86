// Packs the library, installs the tarball in an empty folder for each tool that people use it with, and looks at what
// comes of it. `--only vite,next` runs some of them, `--list` names them, `--keep` leaves the folders behind.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CASES } from './cases/index.mjs';
import { Chromium } from './chromium.mjs';
import { runCase } from './case.mjs';
import { endAll } from './command.mjs';
import { pack } from './pack.mjs';
import { Report } from './report.mjs';

const { values: asked } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'boolean' }, list: { type: 'boolean' } },
});
const names = CASES.map(({ name }) => name);
const only = asked.only?.split(',') ?? names;
const unknown = only.filter((name) => !names.includes(name));

if (asked.list) console.log(names.join('\n'));
else if (unknown.length === 0) process.exitCode = await main();
else {
  console.error(`There is no consumer ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  process.exitCode = 2;
}

async function main() {
  const place = mkdtempSync(join(tmpdir(), 'consumers-'));
  const leave = () => {
    endAll();
    if (!asked.keep) rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      leave();
      process.exit(130);
    });
  }

  const report = new Report();
  const chromium = new Chromium();
  try {
    const tarball = await pack(place);
    // One after the other: two installs, or two builds, would only share the processors.
    for (const consumer of CASES.filter(({ name }) => only.includes(name))) {
      const path = join(place, consumer.name);
      mkdirSync(path);
      await runCase(consumer, { path, tarball, chromium, report });
      // Some of them take 300 MB.
      if (!asked.keep) rmSync(path, { recursive: true, force: true });
    }
  } finally {
    await chromium.close();
    leave();
  }
  report.finish(process.env.JEST_COUNTS);
  if (asked.keep) console.log(`\nThe folders are in ${place}`);
  return report.hasFailed ? 1 : 0;
}
