// The figures of a run as Markdown.
import { markdownTable } from 'markdown-table';
import { SUBJECTS } from '../subjects/index.mjs';
import { WORKLOADS } from '../workloads/index.mjs';

const DIGITS = { ratio: 2, difference: 0, alone: 0 };

/** Workloads as rows, subjects as columns; medians, with quartiles for this library. */
export function toMarkdown(results) {
  const head = ['', 'bar', ...SUBJECTS.map(({ title }) => title)];
  const rows = Object.entries(results).map(([workload, figures]) => {
    const { title, bar, unit = '' } = WORKLOADS[workload];
    const cells = SUBJECTS.map(({ name }) =>
      cell(
        workload,
        figures.find((figure) => figure.name === name),
      ),
    );
    return [title, `${bar}${unit && ` ${unit}`}`, ...cells];
  });
  return markdownTable([head, ...rows], { align: ['l', ...head.slice(1).map(() => 'r')] });
}

function cell(workload, figure) {
  if (!figure) return '–';
  const { compare, unit } = WORKLOADS[workload];
  const shown = (value) => value.toFixed(DIGITS[compare]);
  const median = `${shown(figure.median)}${unit ? ` ${unit}` : ''}`;
  return figure.name === 'ours' ? `**${median}** (${shown(figure.lower)}–${shown(figure.upper)})` : median;
}

/** What a run fell short of, a sentence each. */
export function shortfalls(results) {
  return Object.entries(results).flatMap(([workload, figures]) => {
    const { bar, title } = WORKLOADS[workload];
    const ours = figures.find(({ name }) => name === 'ours');
    return ours && ours.median > bar ? [`${title}: ${ours.median.toFixed(2)}, bar ${bar}`] : [];
  });
}
