import { existsSync, readFileSync } from 'node:fs';
import { testNames } from '../support/test-names';

const DOCUMENT = readFileSync('docs/reliability.md', 'utf8');
// A line of the document that names a test: `file`: `name`.
const REFERENCES = [...DOCUMENT.matchAll(/^ *- `(test\/[^`]+)`: `([^`]+)`$/gm)].map(([, file = '', name = '']) => {
  return { file, name };
});

test.each([...new Set(REFERENCES.map(({ file }) => file))])(
  'every test of %s that reliability.md names exists',
  (file) => {
    const there = existsSync(file) ? testNames(file) : new Set<string>();
    const named = REFERENCES.filter((reference) => reference.file === file).map(({ name }) => name);
    expect(named.filter((name) => !there.has(name))).toEqual([]);
  },
);

test('every line of reliability.md that speaks of a test file names a test in it', () => {
  const lines = DOCUMENT.split('\n').filter((line) => line.includes('test/'));
  expect(lines).toHaveLength(REFERENCES.length);
});

test('every promise of reliability.md has a test', () => {
  const promises = DOCUMENT.slice(0, DOCUMENT.indexOf('## What is not promised'))
    .split(/^(?=- \*\*)/m)
    .slice(1);
  expect(promises.length).toBeGreaterThan(30);
  expect(promises.filter((promise) => !/^ {2}- `test\//m.test(promise))).toEqual([]);
});
