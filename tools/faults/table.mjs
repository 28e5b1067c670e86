import { markdownTable } from 'markdown-table';

/** A Markdown table from rows of fields: numbers to the right, under the given headings. */
export function table(headings, rows) {
  const fields = Object.keys(headings);
  const align = fields.map((field) => (rows.every((row) => typeof row[field] === 'number') ? 'r' : 'l'));
  // A bar would end the cell.
  const cell = (value) => String(value).replaceAll('|', '\\|');
  const body = rows.map((row) => fields.map((field) => cell(row[field])));
  return markdownTable([Object.values(headings), ...body], { align });
}
