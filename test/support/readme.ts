import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A piece of code in the README, under the file name that an invisible line above it gives it. */
export interface Snippet {
  file: string;
  language: string;
  text: string;
}

/** The README as it is. */
export const README = readFileSync('README.md', 'utf8');

const SNIPPET = /(?:<!-- file: (\S+) -->\n\n)?```(ts|tsx|js|jsx|mjs|cjs|html)\n([^]*?)```/g;

/** Every piece of code in it; one without a name has an empty one. */
export const SNIPPETS: readonly Snippet[] = [...README.matchAll(SNIPPET)].map(
  ([, file = '', language = '', text = '']) => ({ file, language, text }),
);

/** The one of this name. */
export function snippet(file: string): string {
  const found = SNIPPETS.find((each) => each.file === file);
  if (!found) throw new Error(`The README has no snippet ${file}`);
  return found.text;
}

/** What has a page to run in, in test/browser/readme.test.ts. */
export const IN_A_PAGE = ['script-tag.html', 'page.js', 'app.tsx'];

/** The company and the flag that the snippets look at. */
export const HELD = {
  flags: [{ key: 'beta', default_value: true, rules: [] }],
  companies: [{ id: 'comp_1', keys: { slug: 'acme' }, plan_ids: ['plan_pro'], credit_balances: { seats: 12 } }],
};

const PACKAGES = ['@types/node', '@types/react', '@types/react-dom', 'pino', 'react', 'react-dom', 'ws'];

/** A folder of its own in which the built package is installed, and what its users install beside it. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  const install = (name: string, path: string) => {
    mkdirSync(join(folder, 'node_modules', dirname(name)), { recursive: true });
    symlinkSync(path, join(folder, 'node_modules', name));
  };
  install('schematic-datastream-ws', process.cwd());
  for (const name of PACKAGES) install(name, join(process.cwd(), 'node_modules', name));
  return folder;
}
