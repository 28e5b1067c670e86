// The integrity hash of the script tag in the README: says whether it is that of the bundle in dist, and with `--write`
// writes it down. A page that has another one loads nothing.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

const BUNDLE = 'dist/index.umd.min.js';
const README = 'README.md';
const HASH = /sha384-[\w+/=]*/;

const readme = readFileSync(README, 'utf8');
const hash = `sha384-${createHash('sha384').update(readFileSync(BUNDLE)).digest('base64')}`;

if (HASH.exec(readme)?.[0] === hash) {
  console.log(`${README} has the integrity hash of ${BUNDLE}`);
} else if (process.argv.includes('--write')) {
  writeFileSync(README, readme.replace(HASH, hash));
  console.log(`${README}: ${hash}`);
} else {
  console.error(`${README} has another integrity hash than ${BUNDLE}: npm run build && npm run integrity writes it`);
  process.exitCode = 1;
}
