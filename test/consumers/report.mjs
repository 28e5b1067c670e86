import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const COLUMNS = ['builds', 'no ws', 'tree-shakes', 'runs in'];

/** Thrown by a check that cannot be made here. */
export class Skipped extends Error {}

/** Tells of every check as it is made, and sums all of them up in a table. */
export class Report {
  #rows = [];
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #startedAt = performance.now();

  get hasFailed() {
    return this.#counts.failed > 0 || this.#counts.passed === 0;
  }

  row(name) {
    const row = new Row(name, this.#counts);
    this.#rows.push(row);
    return row;
  }

  /** Prints the table, and leaves the counts in the folder, if there is one, for the sum over all test runners. */
  finish(folder) {
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const { passed, failed, skipped } = this.#counts;
    const header = ['consumer', 'version', ...COLUMNS, 'seconds'];
    console.log(`\n${table([header, ...this.#rows.map((row) => row.cells())])}`);
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped, in ${seconds.toFixed(0)} s`);
    if (folder) writeFileSync(join(folder, 'consumers.json'), JSON.stringify(this.#counts));
  }
}

/** One consumer in the table. */
class Row {
  version = '';
  seconds = 0;
  #name;
  #counts;
  #results = new Map(COLUMNS.map((column) => [column, []]));

  constructor(name, counts) {
    this.#name = name;
    this.#counts = counts;
  }

  /** Makes a check, tells how it went, and gives whether it is safe to go on. */
  async check({ column, name, where = 'yes', run }, context) {
    try {
      const note = await run(context);
      this.#counts.passed++;
      this.#results.get(column).push(where);
      this.#tell('ok', name, note);
      return true;
    } catch (error) {
      if (error instanceof Skipped) this.skipped(column, name, error.message);
      else this.failed(column, name, error);
      return error instanceof Skipped;
    }
  }

  failed(column, name, error) {
    this.#counts.failed++;
    this.#results.get(column).push('FAILED');
    this.#tell('FAIL', name);
    console.log(indent(error instanceof Error ? error.message : String(error)));
  }

  skipped(column, name, why) {
    this.#counts.skipped++;
    this.#results.get(column).push('skipped');
    this.#tell('skip', name, why);
  }

  cells() {
    const results = [...this.#results.values()].map((all) => [...new Set(all)].filter(Boolean).join(', ') || '-');
    return [this.#name, this.version, ...results, this.seconds.toFixed(1)];
  }

  #tell(mark, name, note) {
    console.log(`${mark.padEnd(4)} ${this.#name}: ${name}${note ? ` (${note})` : ''}`);
  }
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const line = (cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join(' | ')
      .trimEnd();
  const [header, ...body] = rows;
  return [line(header), widths.map((width) => '-'.repeat(width)).join('-|-'), ...body.map(line)].join('\n');
}

function indent(text) {
  return text.replaceAll(/^/gm, '       ');
}
