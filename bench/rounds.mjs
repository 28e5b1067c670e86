// Rounds of measurements: every subject once a round, in an order that rotates, so that drift hits all alike.
import { measure } from './processes.mjs';
import { RAW, SUBJECTS } from './subjects/index.mjs';
import { summary } from './statistics.mjs';
import { WORKLOADS } from './workloads/index.mjs';

/** Who takes part in a workload. */
export const subjectsOf = (workload) =>
  SUBJECTS.filter(({ name, workloads }) => {
    const { only } = WORKLOADS[workload];
    return only ? only.includes(name) : (workloads?.includes(workload) ?? true);
  });

/** Measures one workload; returns for each subject the median and quartiles of its figure, paired with raw's by round. */
export async function runWorkload(workload, { url, rounds, isQuick, progress }) {
  const { full, quick, flags = [] } = WORKLOADS[workload];
  const subjects = subjectsOf(workload);
  const figures = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const rotated = [...subjects.slice(round % subjects.length), ...subjects.slice(0, round % subjects.length)];
    for (const { name, flags: own = [] } of rotated) {
      progress(`${workload} · round ${round + 1} of ${rounds} · ${name}`);
      const task = { workload, subject: name, url, count: isQuick ? quick : full, flags: [...flags, ...own] };
      figures.get(name).push((await measure(task)).value);
    }
  }
  return subjects.map(({ name }) => ({ name, ...summary(compared(workload, figures, name)) }));
}

function compared(workload, figures, name) {
  const own = figures.get(name);
  const raw = figures.get(RAW);
  switch (WORKLOADS[workload].compare) {
    case 'ratio':
      return own.map((value, round) => value / raw[round]);
    case 'difference':
      return own.map((value, round) => value - raw[round]);
    default:
      return own;
  }
}
