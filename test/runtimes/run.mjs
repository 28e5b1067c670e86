// Lets the packed library connect, receive, reconnect and close in every runtime that it supports, and compiles a
// consumer with every TypeScript. `--only node,deno` runs some of them, `--list` names them, `--write` puts the table of
// what ran into the README.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Report } from '../consumers/report.mjs';
import { chosen, runCases } from '../consumers/session.mjs';
import { CASES } from './cases/index.mjs';
import { LOADED } from './loaded.mjs';
import { readmeAgrees, writeTable } from './readme-table.mjs';

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string' },
    keep: { type: 'boolean' },
    list: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});

if (asked.list) console.log(CASES.map(({ name }) => name).join('\n'));
else {
  const report = new Report(['builds', 'no ws', LOADED]);
  await runCases(chosen(CASES, asked.only), report, { isKept: asked.keep });
  const isWhole = !asked.only && !report.hasFailed && !report.hasSkipped;
  if (asked.write && isWhole) writeTable(report.rows);
  if (asked.write && !isWhole) console.log('\nThe README is left as it is: not everything ran.');
  await report.row('README').check(readmeAgrees(CASES));
  report.finish('runtimes', process.env.JEST_COUNTS);
  process.exitCode = report.hasFailed ? 1 : 0;
}
