import { existsSync, readFileSync } from 'node:fs';

/** What tests have left in a file, one JSON object a line; nothing where there is no file. */
export function readLines(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}
