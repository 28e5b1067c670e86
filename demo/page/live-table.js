import { number } from './words.mjs';

// In milliseconds.
const HIGHLIGHT = 3_000;

/** A table of entities: rows that are kept as they are but for the cells that change, which are highlighted for a while. */
export class LiveTable {
  #columns;
  #body;
  /** By key: the row, its cells as they are shown, and since when it has been gone. */
  #rows = new Map();

  /** @param columns for each its heading, how to read from an entity what stands in it, and a class */
  constructor(table, columns) {
    this.#columns = columns;
    const headings = this.#columns.map(([heading, , className = '']) =>
      element('th', { scope: 'col', role: 'columnheader', className }, heading),
    );
    // Each role is said aloud: a phone lays out the rows in another way than as a table, and may then not see one in it.
    table.role = 'table';
    table.createTHead().role = 'rowgroup';
    table.tHead.append(element('tr', { role: 'row' }));
    table.tHead.rows[0].append(...headings);
    this.#body = table.createTBody();
    this.#body.role = 'rowgroup';
  }

  /** Everything is new to a page that has just been opened, which is no news: then nothing is highlighted. */
  render(entities, now, isNews) {
    for (const [key, entity] of entities) this.#renderRow(key, entity, now, isNews);
    for (const [key, row] of this.#rows) this.#renderFate(key, row, entities.has(key), now);
  }

  #renderRow(key, entity, now, isNews) {
    const row = this.#rows.get(key) ?? this.#addRow(key);
    for (const [index, [, read]] of this.#columns.entries()) row.cells[index].show(read(entity), now, isNews);
  }

  #addRow(key) {
    const cells = this.#columns.map(([, , className = ''], index) =>
      index === 0
        ? element('th', { scope: 'row', role: 'rowheader', className })
        : element('td', { role: 'cell', className }),
    );
    const row = { element: element('tr', { role: 'row' }), cells: cells.map((cell) => new LiveCell(cell)) };
    row.element.append(...cells);
    this.#body.append(row.element);
    this.#rows.set(key, row);
    return row;
  }

  /** A row that is gone is crossed out, and only then taken away. */
  #renderFate(key, row, isHeld, now) {
    row.goneAt = isHeld ? undefined : (row.goneAt ?? now);
    row.element.classList.toggle('gone', !isHeld);
    if (isHeld || now - row.goneAt < HIGHLIGHT) return;
    row.element.remove();
    this.#rows.delete(key);
  }
}

/** A value, highlighted for a while after each change; a number says by how much it has changed meanwhile. */
class LiveCell {
  #element;
  #value;
  #from;
  #changedAt = -Infinity;

  constructor(element) {
    this.#element = element;
  }

  show(value, now, isNews) {
    if (value !== this.#value) this.#change(value, now, isNews);
    const isChanged = now - this.#changedAt < HIGHLIGHT;
    this.#element.classList.toggle('changed', isChanged);
    if (!isChanged) this.#element.removeAttribute('data-step');
  }

  #change(value, now, isNews) {
    if (isNews) {
      if (now - this.#changedAt >= HIGHLIGHT) this.#from = this.#value;
      this.#changedAt = now;
      this.#showStep(value);
    }
    this.#value = value;
    this.#element.textContent = typeof value === 'number' ? number(value) : (value ?? '');
  }

  #showStep(value) {
    if (typeof value !== 'number' || typeof this.#from !== 'number') return;
    const step = value - this.#from;
    this.#element.dataset.step = `${step < 0 ? '−' : '+'}${number(Math.abs(step))}`;
  }
}

/** An element of the page with its properties and its text. */
export function element(name, properties = {}, text = '') {
  return Object.assign(document.createElement(name), properties, { textContent: text });
}
