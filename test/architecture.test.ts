import { readFileSync } from 'node:fs';
import { importsOfSource } from './support/imports';

const [, DIAGRAM = ''] = /```mermaid\n([^]*?)```/.exec(readFileSync('CONTRIBUTING.md', 'utf8')) ?? [];
const PARTS = [...DIAGRAM.matchAll(/^ {2}(\w+)\["/gm)].map(([, part = '']) => part);

/** The arrows of the diagram: solid for what runs, dotted for what only names types. */
function drawn(arrow: '-->' | '-.->'): string[] {
  return DIAGRAM.split('\n').flatMap((line) => {
    const [from = '', targets] = line.trim().split(` ${arrow} `);
    return targets?.split(' & ').map((to) => `${from} -> ${to}`) ?? [];
  });
}

const imports = importsOfSource().filter(({ from, to }) => PARTS.includes(from) && PARTS.includes(to));
const arrowsOf = (found: typeof imports) => [...new Set(found.map(({ from, to }) => `${from} -> ${to}`))];

describe('the diagram in CONTRIBUTING.md', () => {
  it('has parts that there are', () => {
    const known = new Set(importsOfSource().flatMap(({ from, to }) => [from, to]));
    expect(PARTS.length).toBeGreaterThan(10);
    expect(PARTS.filter((part) => !known.has(part))).toEqual([]);
  });

  it('has a solid arrow for each use of one of its parts by another, and no more', () => {
    expect(drawn('-->').sort()).toEqual(arrowsOf(imports.filter(({ isTypeOnly }) => !isTypeOnly)).sort());
  });

  it('has dotted arrows where types are known', () => {
    const known = arrowsOf(imports.filter(({ isTypeOnly }) => isTypeOnly));
    expect(drawn('-.->').length).toBeGreaterThan(0);
    expect(drawn('-.->').filter((arrow) => !known.includes(arrow))).toEqual([]);
  });
});
