import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { markdownTable } from 'markdown-table';
import { LOADED } from './loaded.mjs';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const PLACE = /(?<=<!-- runtimes -->\n)[^]*?(?=<!-- \/runtimes -->)/;

/** Puts the rows of a run into the README. */
export function writeTable(rows) {
  const header = ['runtime', 'version', LOADED];
  const table = markdownTable([header, ...rows.map((row) => [row.name, row.version, row.result(LOADED)])]);
  writeFileSync(README, readFileSync(README, 'utf8').replace(PLACE, `\n${table}\n\n`));
}

/**
 * The table has the rows that a run has, each with the version that is pinned here; that of a browser is whatever the
 * machine had which wrote the table.
 *
 * @returns {import('../consumers/checks.mjs').Check}
 */
export const readmeAgrees = (cases) => ({
  column: LOADED,
  where: '',
  name: 'its table has what was run',
  run: () => {
    const wanted = cases.flatMap(({ packages, targets }) =>
      targets.map((target) => [target.title, versionIn(packages[target.package])]),
    );
    const found = rowsOf(readFileSync(README, 'utf8')).map(([title, version], index) => [
      title,
      wanted[index]?.[1] === undefined ? undefined : version,
    ]);
    assert.deepEqual(found, wanted);
  },
});

const versionIn = (specifier) => specifier?.replace(/^npm:.*@/, '');

function rowsOf(readme) {
  const [, , ...rows] = (PLACE.exec(readme)?.[0] ?? '').trim().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
