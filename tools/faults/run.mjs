// Runs the fault tests, then prints what they injected and how the client fared: `--parity` runs the comparison with
// the official SDK alone. Needs a build.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTests } from './jest.mjs';

// Most of the tests wait for a fault to pass; what measures processor time or memory must have the machine to itself.
const TOGETHER = { pattern: 'test/faults/(?!load/|leaks/)', workers: 4 };
const ALONE = { pattern: 'test/faults/(load|leaks)/', workers: 1 };
const PARITY = { pattern: 'test/faults/parity/', workers: 1 };

const { values: asked } = parseArgs({ options: { parity: { type: 'boolean' } } });
if (existsSync('dist/index.js')) process.exitCode = await main();
else {
  console.error('The fault tests run the built package: npm run build');
  process.exitCode = 2;
}

async function main() {
  const place = mkdtempSync(join(tmpdir(), 'faults-'));
  const ledger = join(place, 'ledger.jsonl');
  const parity = join(place, 'parity.jsonl');
  const env = { FAULT_LEDGER: ledger, PARITY_REPORT: parity };
  try {
    let isHeld = true;
    for (const { pattern, workers } of asked.parity ? [PARITY] : [TOGETHER, ALONE]) {
      const { hasPassed, isInterrupted } = await runTests(pattern, { workers, env });
      if (isInterrupted) return 130;
      if (!hasPassed) isHeld = false;
    }
    if (!prints('parity.mjs', 'The official SDK and this client in the same situations', parity)) isHeld = false;
    if (!asked.parity && !prints('ledger.mjs', 'Faults injected', ledger)) isHeld = false;
    return isHeld ? 0 : 1;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Whether what was measured is as it must be. */
function prints(script, title, file) {
  console.log(`\n## ${title}\n`);
  const path = fileURLToPath(new URL(script, import.meta.url));
  return spawnSync(process.execPath, [path, file], { stdio: 'inherit' }).status === 0;
}
