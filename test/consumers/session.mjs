import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { runCase } from './case.mjs';
import { Chromium } from './chromium.mjs';
import { endAll } from './command.mjs';
import { pack } from './pack.mjs';

/** Packs the library and runs these cases, each in a folder of its own; leaves nothing behind but what is to be kept. */
export async function runCases(cases, report, { isKept = false } = {}) {
  const place = mkdtempSync(join(tmpdir(), 'consumers-'));
  const leave = () => {
    endAll();
    if (!isKept) rmSync(place, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      leave();
      process.exit(130);
    });
  }

  const chromium = new Chromium();
  try {
    const tarball = await pack(place);
    // One after the other: two installs, or two builds, would only share the processors.
    for (const consumer of cases) {
      const path = join(place, consumer.name);
      mkdirSync(path);
      await runCase(consumer, { path, tarball, chromium, report });
      // Some of them take 300 MB.
      if (!isKept) rmSync(path, { recursive: true, force: true });
    }
  } finally {
    await chromium.close();
    leave();
  }
  if (isKept) console.log(`\nThe folders are in ${place}`);
}

/** The cases that a list of names asks for, or all of them; ends the process at a name that there is not. */
export function chosen(cases, list) {
  const names = cases.map(({ name }) => name);
  const only = list?.split(',') ?? names;
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}. There are: ${names.join(', ')}`);
    process.exit(2);
  }
  return cases.filter(({ name }) => only.includes(name));
}
