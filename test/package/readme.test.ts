import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { DatastreamServer } from '../../src/testing';

const SNIPPETS = [...readFileSync('README.md', 'utf8').matchAll(/```ts\n([^]*?)```/g)].map(
  ([, snippet = '']) => snippet,
);
const [EXAMPLE = '', STORE_EXAMPLE = ''] = SNIPPETS;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(process.cwd(), join(folder, 'node_modules/schematic-datastream-ws'));
  symlinkSync(join(process.cwd(), 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the example of the README is about ten lines', () => {
  const lines = EXAMPLE.split('\n').filter((line) => line.trim() !== '');
  expect(lines.length).toBeGreaterThanOrEqual(8);
  expect(lines.length).toBeLessThanOrEqual(14);
});

test.each(SNIPPETS)('this snippet of the README compiles: %s', (snippet) => {
  writeFileSync(join(folder, 'snippet.mts'), snippet);
  const program = ts.createProgram([join(folder, 'snippet.mts')], {
    strict: true,
    noEmit: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: ['node'],
    typeRoots: [join(folder, 'node_modules/@types')],
  });
  const complaints = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
  expect(complaints).toEqual([]);
});

test('the example of the README follows a datastream until Ctrl-C', async () => {
  const { code, output } = await run(EXAMPLE, (told, child) => {
    // Once: a second Ctrl-C would end the process the hard way.
    if (told.includes('rulesengine.Flags') && told.includes('ready') && !child.killed) child.kill('SIGINT');
  });
  expect(output.trim().split('\n')).toEqual(
    ['connecting', 'initializing', 'rulesengine.Flags full', 'ready', 'closed'].sort(byFirstSeen(output)),
  );
  expect(code).toBe(0);
});

test('the example of the store reads what the server holds, and ends by itself', async () => {
  const { code, output } = await run(STORE_EXAMPLE, () => undefined);
  expect(output.trim().split('\n')).toEqual([
    'changed rulesengine.Flag beta',
    "[ 'beta' ] []",
    'changed rulesengine.Company comp_1',
    'comp_1 false',
  ]);
  expect(code).toBe(0);
});

/** Runs a snippet in a process of its own, against a server with a flag and a company. */
async function run(snippet: string, hear: (told: string, child: ChildProcess) => void) {
  const server = await DatastreamServer.start({
    apiKeys: ['secret'],
    flags: [{ key: 'beta', default_value: true, rules: [] }],
    companies: [{ id: 'comp_1', keys: { slug: 'acme' } }],
  });
  const { outputText } = ts.transpileModule(snippet, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const script = join(folder, 'example.mjs');
  writeFileSync(script, outputText);
  const env = { ...process.env, SCHEMATIC_API_URL: server.url, SCHEMATIC_API_KEY: 'secret' };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    hear(output, child);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  await server.stop();
  return { code, output };
}

/** The flags may arrive before or after the connection counts as ready. */
function byFirstSeen(output: string) {
  return (a: string, b: string) => output.indexOf(a) - output.indexOf(b);
}
