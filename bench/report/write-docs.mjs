// Puts a run into docs/: the tables between their markers, and the charts.
import { readFile, writeFile } from 'node:fs/promises';
import { FORMULAS } from '../storm/formulas.mjs';
import { stormRows } from '../storm/storm.mjs';
import { markdownTable } from 'markdown-table';
import { SUBJECTS } from '../subjects/index.mjs';
import { barChart, timeChart } from './charts.mjs';
import { costs, ratios, real, sizeTable, stormTitle } from './report.mjs';

const DOCS = new URL('../../docs/', import.meta.url);
const PAGE = new URL('performance.md', DOCS);

/** Writes what the run has measured; what it has not stays as it is. */
export async function writeDocs(run) {
  const parts = {
    costs: costs(run),
    browser: ratios(run.browser),
    store: ratios(run.store),
    storms: run.storms.map((storm) => `**${stormTitle(storm)}**\n\n${markdownTable(stormRows(storm))}`).join('\n\n'),
    'real-storm': real(run),
    sizes: sizeTable(run),
  };
  const page = await readFile(PAGE, 'utf8');
  await writeFile(PAGE, Object.entries(parts).reduce(replacePart, page));
  await Promise.all(
    Object.entries(charts(run)).map(([name, svg]) => svg.then((text) => writeFile(new URL(name, DOCS), text))),
  );
}

/** A part of the page stands between `<!-- name -->` and `<!-- /name -->`. */
function replacePart(page, [name, text]) {
  if (!text) return page;
  const marked = new RegExp(`(<!-- ${name} -->)[^]*?(<!-- /${name} -->)`);
  if (!marked.test(page)) throw new Error(`docs/performance.md has no part for ${name}`);
  return page.replace(marked, (_all, start, end) => `${start}\n\n${text}\n\n${end}`);
}

function charts({ results, sizes, storms }) {
  return {
    ...(results['receive-200'] && { 'receive.svg': receiveChart(results['receive-200']) }),
    ...(sizes.length > 0 && { 'size.svg': sizeChart(sizes) }),
    ...(storms.length > 0 && { 'storm.svg': stormChart(storms[0]) }),
  };
}

const plain = (title) => title.replaceAll(/[*`]/g, '');

function receiveChart(figures) {
  const rows = figures.map(({ name, median }) => ({
    name: plain(SUBJECTS.find((subject) => subject.name === name).title),
    value: median,
    label: median.toFixed(2),
    isOurs: name === 'ours',
  }));
  return barChart({ title: 'CPU time per message of 200 B', unit: 'ratio to ws + JSON.parse', rows, mark: 1 });
}

function sizeChart(sizes) {
  const rows = sizes.map(({ name, gzip }) => ({
    name: plain(name),
    value: gzip / 1_000,
    label: (gzip / 1_000).toFixed(1),
    isOurs: name.startsWith('**'),
  }));
  return barChart({ title: 'What a page loads', unit: 'kB, minified and gzipped', rows });
}

const SHOWN = [FORMULAS[0].name, 'Go and Node SDK', 'partysocket', 'full jitter, 1 s doubling to 30 s'];
const SHOWN_SECONDS = 90;

function stormChart({ results, clients, downFor }) {
  const points = results
    .filter(({ name }) => SHOWN.includes(name))
    .flatMap(({ name, arrivals }) =>
      Array.from({ length: SHOWN_SECONDS * 10 }, (_, bin) => ({
        name,
        seconds: bin / 10,
        arrivals: arrivals[bin],
        isOurs: name === FORMULAS[0].name,
      })),
    );
  const title = `${clients.toLocaleString('en')} clients lose their server for ${downFor / 1_000} s`;
  return timeChart({ title, x: 'seconds', y: 'arrivals in 100 ms', points });
}
