import { appendFileSync } from 'node:fs';
import { Contest } from './contest';
import { verdictOn, type Verdict } from './scenario';
import { SCENARIOS } from './scenarios';

// The longest scenario watches a silent peer for 125 s.
const LONGEST = 240_000;

let contest: Contest;

beforeAll(() => {
  contest = new Contest(SCENARIOS);
});

test.each(SCENARIOS.map((scenario) => [scenario.situation, scenario.measured, scenario] as const))(
  'is at least as good as the official SDK when %s: %s',
  async (_situation, _measured, scenario) => {
    const row = await contest.row(scenario);
    const report = process.env['PARITY_REPORT'];
    if (report) appendFileSync(report, `${JSON.stringify(row)}\n`);
    expect(['better', 'equal']).toContain(row.verdict);
  },
  LONGEST,
);

test.each<[Verdict, 'less' | 'more', number, number, number]>([
  ['better', 'less', 5, 10, 4],
  ['better', 'more', 1, 0, 2],
  ['equal', 'less', 5, 5, 5],
  ['WORSE', 'less', 5, 3, 4],
  ['WORSE', 'more', 1, 3, 2],
  ['BROKEN PROMISE', 'less', 5, 10, 6],
  ['BROKEN PROMISE', 'more', 3, 0, 2],
  ['BROKEN PROMISE', 'less', 5, 10, NaN],
])('the verdict is "%s" where %s is better, %i is promised, the SDK has %i and we have %i', (verdict, ...numbers) => {
  const [better, promised, sdk, ours] = numbers;
  const scenario = { situation: '', measured: '', better, promised, run: () => Promise.resolve(0) };
  expect(verdictOn(scenario, sdk, ours)).toBe(verdict);
});
