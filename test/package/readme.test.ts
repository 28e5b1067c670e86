import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { DatastreamServer } from '../../src/testing';

const EXAMPLE = /```ts\n([^]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(process.cwd(), join(folder, 'node_modules/schematic-datastream-ws'));
  symlinkSync(join(process.cwd(), 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
  writeFileSync(join(folder, 'example.mts'), EXAMPLE);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the example of the README is about ten lines', () => {
  const lines = EXAMPLE.split('\n').filter((line) => line.trim() !== '');
  expect(lines.length).toBeGreaterThanOrEqual(8);
  expect(lines.length).toBeLessThanOrEqual(14);
});

test('the example of the README compiles', () => {
  const program = ts.createProgram([join(folder, 'example.mts')], {
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
  const server = await DatastreamServer.start({ apiKeys: ['secret'] });
  const { outputText } = ts.transpileModule(EXAMPLE, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const script = join(folder, 'example.mjs');
  writeFileSync(script, outputText);
  const env = { ...process.env, SCHEMATIC_API_URL: server.url, SCHEMATIC_API_KEY: 'secret' };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    // Once: a second Ctrl-C would end the process the hard way.
    if (output.includes('rulesengine.Flags') && output.includes('ready') && !child.killed) child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  await server.stop();
  expect(output.trim().split('\n')).toEqual(
    ['connecting', 'initializing', 'rulesengine.Flags full', 'ready', 'closed'].sort(byFirstSeen(output)),
  );
  expect(code).toBe(0);
});

/** The flags may arrive before or after the connection counts as ready. */
function byFirstSeen(output: string) {
  return (a: string, b: string) => output.indexOf(a) - output.indexOf(b);
}
