// Installs the packed library in an empty folder for each tool that people use it with, and looks at what comes of it.
// `--only vite,next` runs some of them, `--list` names them, `--keep` leaves the folders behind.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CASES } from './cases/index.mjs';
import { Report } from './report.mjs';
import { chosen, runCases } from './session.mjs';

const { values: asked } = parseArgs({
  options: { only: { type: 'string' }, keep: { type: 'boolean' }, list: { type: 'boolean' } },
});

if (asked.list) console.log(CASES.map(({ name }) => name).join('\n'));
else {
  const report = new Report(['builds', 'no ws', 'tree-shakes', 'runs in']);
  await runCases(chosen(CASES, asked.only), report, { isKept: asked.keep });
  report.finish('consumers', process.env.JEST_COUNTS);
  process.exitCode = report.hasFailed ? 1 : 0;
}
