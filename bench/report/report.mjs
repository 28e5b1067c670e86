// A whole run as Markdown.
import { markdownTable } from 'markdown-table';
import { stormRows } from '../storm/storm.mjs';
import { shortfalls, toMarkdown } from './table.mjs';

const RIGHT = { align: ['l', ...Array.from({ length: 8 }, () => 'r')] };

/** Every part of a run that was measured, each with a heading. */
export function report(run) {
  return [
    section('Cost, as a ratio to `ws` + `JSON.parse`', costs(run)),
    section('In Chromium, as a ratio to a bare `WebSocket`', ratios(run.browser)),
    section('The store, with 10 000 flags', ratios(run.store)),
    ...run.storms.map((storm) => section(stormTitle(storm), markdownTable(stormRows(storm), RIGHT))),
    section('2 000 real clients, arrivals in each second', real(run)),
    section('Sizes', sizeTable(run)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

const section = (title, text) => text && `### ${title}\n\n${text}`;

/** The table of costs, and what falls short. */
export function costs({ results }) {
  if (Object.keys(results).length === 0) return '';
  const missed = shortfalls(results);
  const verdict = missed.length === 0 ? 'Every bar is met.' : `Not met: ${missed.join('; ')}.`;
  return `${toMarkdown(results)}\n\n${verdict}`;
}

/** Ratios with their bars. */
export function ratios(figures) {
  if (!figures) return '';
  const rows = figures.map(({ title, bar, median, lower, upper }) => [
    title,
    `${bar}`,
    `${median.toFixed(2)} (${lower.toFixed(2)}–${upper.toFixed(2)})`,
  ]);
  return markdownTable([['', 'bar', 'ratio'], ...rows], RIGHT);
}

export const stormTitle = ({ clients, downFor, acceptsPerSecond }) =>
  `Storm: ${grouped(clients)} clients, server down ${downFor / 1_000} s, then ${grouped(acceptsPerSecond)} accepts a second`;

/** Measured arrivals beside the simulated ones. */
export function real({ realStorm }) {
  if (!realStorm) return '';
  const { measured, simulated } = realStorm;
  const rows = measured.map((count, second) => [`${second} s`, `${count}`, `${simulated[second] ?? 0}`]);
  return markdownTable([['', 'measured', 'simulated'], ...rows], RIGHT);
}

/** Bytes that a page loads. */
export function sizeTable({ sizes }) {
  if (sizes.length === 0) return '';
  const kilobytes = (bytes) => `${(bytes / 1_000).toFixed(1)} kB`;
  const rows = sizes.map(({ name, minified, gzip, brotli }) => [name, ...[minified, gzip, brotli].map(kilobytes)]);
  return markdownTable([['', 'minified', 'gzip', 'brotli'], ...rows], RIGHT);
}

const grouped = (number) => number.toLocaleString('en').replaceAll(',', ' ');
