// Prints the table of all faults that a run has injected, and fails where one was not survived or a message went astray.
import process from 'node:process';
import { readLines } from './lines.mjs';
import { table } from './table.mjs';

const HEADINGS = {
  fault: 'fault',
  injected: 'injected',
  survived: 'survived',
  sent: 'messages sent',
  lost: 'lost',
  outOfOrder: 'out of order',
  duplicated: 'duplicated',
};
const COUNTS = Object.keys(HEADINGS).filter((field) => field !== 'fault');

const records = readLines(process.argv[2]).sort((one, other) => (one.fault < other.fault ? -1 : 1));
const sum = (count) => records.reduce((total, record) => total + record[count], 0);
const total = { fault: 'sum', ...Object.fromEntries(COUNTS.map((count) => [count, sum(count)])) };
console.log(table(HEADINGS, [...records, total]));

const problems = records.flatMap(problemsOf);
if (records.length === 0) problems.push('No fault was recorded');
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function problemsOf(record) {
  const { fault, injected, survived, lost, outOfOrder, duplicated } = record;
  const miscounted = COUNTS.filter((count) => !Number.isInteger(record[count]) || record[count] < 0);
  return [
    ...miscounted.map((count) => `${fault}: ${HEADINGS[count]} is ${record[count]}`),
    ...(injected > 0 ? [] : [`${fault}: was never injected`]),
    ...(survived >= injected ? [] : [`${fault}: ${survived} of ${injected} survived`]),
    ...(lost + outOfOrder + duplicated > 0 ? [`${fault}: messages were lost, doubled or out of order`] : []),
  ];
}
