import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** Thrown by a check that cannot be made here. */
export class Skipped extends Error {}

/** Tells of every check as it is made, and sums all of them up in a table. */
export class Report {
  #columns;
  #rows = [];
  #counts = { passed: 0, failed: 0, skipped: 0 };
  #startedAt = performance.now();

  /** @param columns that the checks fill, beside the name, the version and the time */
  constructor(columns) {
    this.#columns = columns;
  }

  get hasFailed() {
    return this.#counts.failed > 0 || this.#counts.passed === 0;
  }

  get hasSkipped() {
    return this.#counts.skipped > 0;
  }

  get rows() {
    return this.#rows;
  }

  row(name) {
    const row = new Row(name, this.#columns, this.#counts);
    this.#rows.push(row);
    return row;
  }

  /** Prints the table, and leaves the counts in the folder, if there is one, for the sum over all test runners. */
  finish(name, folder) {
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const { passed, failed, skipped } = this.#counts;
    const header = ['consumer', 'version', ...this.#columns, 'seconds'];
    console.log(`\n${table([header, ...this.#rows.map((row) => row.cells())])}`);
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped, in ${seconds.toFixed(0)} s`);
    if (folder) writeFileSync(join(folder, `${name}.json`), JSON.stringify(this.#counts));
  }
}

/** One consumer in the table. */
class Row {
  version = '';
  seconds = 0;
  name;
  #counts;
  #results;

  constructor(name, columns, counts) {
    this.name = name;
    this.#counts = counts;
    this.#results = new Map(columns.map((column) => [column, []]));
  }

  /** What the checks of a column came to. */
  result(column) {
    return [...new Set(this.#results.get(column))].filter(Boolean).join(', ') || '-';
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
    const results = [...this.#results.keys()].map((column) => this.result(column));
    return [this.name, this.version, ...results, this.seconds.toFixed(1)];
  }

  #tell(mark, name, note) {
    console.log(`${mark.padEnd(4)} ${this.name}: ${name}${note ? ` (${note})` : ''}`);
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
