// Prints how the official SDK's client and ours compare, from what the parity tests have measured.
import { createRequire } from 'node:module';
import process from 'node:process';
import { readLines } from './lines.mjs';
import { table } from './table.mjs';

const SDK = createRequire(import.meta.url)('@schematichq/schematic-typescript-node/package.json');
const HEADINGS = {
  situation: 'situation',
  measured: 'measured',
  sdk: `official SDK ${SDK.version}`,
  ours: 'this client',
  verdict: 'verdict',
};

const rows = readLines(process.argv[2]);
const verdicts = rows.map(({ verdict }) => verdict);
const count = (verdict) => verdicts.filter((each) => each === verdict).length;
console.log(table(HEADINGS, rows));
console.log(`\n${rows.length} scenarios: better in ${count('better')}, equal in ${count('equal')}`);
const isHeld = verdicts.length > 0 && verdicts.every((verdict) => verdict === 'better' || verdict === 'equal');
process.exitCode = isHeld ? 0 : 1;
