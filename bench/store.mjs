/**
 * What the store costs, in ratios, which hold on any machine: a partial against `JSON.parse` of its frame, at ever more
 * companies held; the heap of the store against the same entities in a plain array. Each figure is the median of fresh
 * processes, which take turns. Needs a build: `npm run build && npm run bench:store`; `--rounds=1` for a quick look.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const FLAGS = 10_000;
const COMPANIES = [1_000, 10_000, 100_000];
const MOST_TIME = 10;
const MOST_MEMORY = 1.3;

const rounds = Number(process.argv.find((each) => each.startsWith('--rounds='))?.slice('--rounds='.length) ?? 5);
const run = promisify(execFile);

async function child(name, ...args) {
  const script = fileURLToPath(new URL(`./store/${name}.child.mjs`, import.meta.url));
  const { stdout } = await run(process.execPath, [
    '--expose-gc',
    '--max-old-space-size=6144',
    script,
    ...args.map(String),
  ]);
  return JSON.parse(stdout);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const times = new Map(COMPANIES.map((companies) => [companies, []]));
const bytes = { store: [], array: [] };
const most = COMPANIES.at(-1);
for (let round = 0; round < rounds; round += 1) {
  for (const companies of COMPANIES) times.get(companies).push(await child('time', companies, FLAGS));
  for (const side of ['store', 'array']) bytes[side].push((await child('memory', side, most, FLAGS)).bytes);
}

const partial = COMPANIES.map((companies) => {
  const measured = times.get(companies);
  const [parse, apply] = [median(measured.map((each) => each.parse)), median(measured.map((each) => each.apply))];
  // The ratio of each process, then the median: numerator and denominator share its luck.
  return { companies, parse, apply, ratio: median(measured.map((each) => each.apply / each.parse)) };
});
const memory = { store: median(bytes.store), array: median(bytes.array) };
memory.ratio = memory.store / memory.array;

const microseconds = (nanoseconds) => (nanoseconds / 1_000).toFixed(2);
const megabytes = (count) => (count / 1e6).toFixed(1);
console.log(`
| companies held, with ${FLAGS} flags | \`JSON.parse\` of a partial (µs) | received and applied (µs) | ratio, at most ${MOST_TIME} |
| --: | --: | --: | --: |
${partial.map((each) => `| ${each.companies} | ${microseconds(each.parse)} | ${microseconds(each.apply)} | ${each.ratio.toFixed(1)} |`).join('\n')}

| ${most} companies, ${FLAGS} flags | heap (MB) |
| :-- | --: |
| parsed, in an array | ${megabytes(memory.array)} |
| in the store | ${megabytes(memory.store)} |
| ratio, at most ${MOST_MEMORY} | ${memory.ratio.toFixed(2)} |

${JSON.stringify({ node: process.version, rounds, flags: FLAGS, partial, memory })}`);
if (partial.some(({ ratio }) => ratio > MOST_TIME) || memory.ratio > MOST_MEMORY) process.exitCode = 1;
