import { execFileSync } from 'node:child_process';

/** What `npm pack` would put into the tarball. */
const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8', stdio: 'pipe' }),
) as [{ files: { path: string }[] }];

const both = (name: string) => ['.js', '.js.map', '.cjs', '.cjs.map'].map((end) => `dist/${name}${end}`);
const types = (name: string) => ['.d.ts', '.d.cts'].map((end) => `dist/${name}${end}`);
const script = (name: string) => ['.js', '.js.map'].map((end) => `dist/${name}${end}`);

test('the tarball has these files, and nothing else', () => {
  expect(packed.files.map(({ path }) => path).sort()).toEqual(
    [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
      // Node; Deno and Bun; everything else.
      ...[both('index'), both('index.runtime'), both('index.browser'), types('index')],
      // A script tag.
      ...[script('index.umd'), script('index.umd.min')],
      ...[both('testing'), types('testing'), both('testing.browser'), types('testing.browser')],
      ...[both('react'), types('react')],
      // The command line.
      ...script('cli'),
    ]
      .flat()
      .sort(),
  );
});
