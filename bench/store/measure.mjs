// What the store costs: a partial against `JSON.parse` of its frame, at ever more companies held; the heap of the store
// against the same entities in a plain array. A fresh process for each figure, and all of them take turns.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { summary } from '../statistics.mjs';

const FLAGS = 10_000;
const COMPANIES = [1_000, 10_000, 100_000];
const SIDES = ['store', 'array'];

const run = promisify(execFile);

/** Ratios with quartiles: of each number of companies, and of the heap that the most of them take. */
export async function measureStore({ isQuick, progress }) {
  const counts = isQuick ? COMPANIES.slice(0, 2) : COMPANIES;
  const rounds = isQuick ? 1 : 3;
  const partials = new Map(counts.map((companies) => [companies, []]));
  const memory = [];
  for (let round = 1; round <= rounds; round++) {
    progress(`store · round ${round} of ${rounds}`);
    for (const companies of counts) {
      const { parse, apply } = await child('time', companies, FLAGS);
      partials.get(companies).push(apply / parse);
    }
    const heap = {};
    for (const side of round % 2 ? SIDES : [...SIDES].reverse()) {
      heap[side] = (await child('memory', side, counts.at(-1), FLAGS)).bytes;
    }
    memory.push(heap.store / heap.array);
  }
  return [
    ...counts.map((companies) => ({
      title: `a partial, \`JSON.parse\` of its frame = 1, ${companies.toLocaleString('en').replaceAll(',', ' ')} companies held`,
      bar: 10,
      ...summary(partials.get(companies)),
    })),
    { title: 'heap, the parsed entities in an array = 1', bar: 1.3, ...summary(memory) },
  ];
}

async function child(name, ...args) {
  const script = fileURLToPath(new URL(`${name}.child.mjs`, import.meta.url));
  const flags = ['--expose-gc', '--max-old-space-size=6144'];
  const { stdout } = await run(process.execPath, [...flags, script, ...args.map(String)]);
  return JSON.parse(stdout);
}
