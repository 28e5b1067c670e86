import { mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(process.cwd(), join(folder, 'node_modules/schematic-datastream-ws'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a consumer's compiler says of a file, checking our declarations too. */
function complaints(name: string, source: string, options: ts.CompilerOptions): string[] {
  const file = join(folder, name);
  writeFileSync(file, source);
  const program = ts.createProgram([file], {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    preserveSymlinks: true,
    ...options,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const USE = `
import { DatastreamClient, DatastreamStore, type ConnectionState, type DatastreamError, type Flag } from 'schematic-datastream-ws';
import { DatastreamServer, FakePlatform } from 'schematic-datastream-ws/testing';
export const served: Promise<DatastreamServer> = DatastreamServer.start();
const platform = new FakePlatform();
const client = new DatastreamClient<{ a: number }>({
  url: 'x', apiKey: async () => 'k', platform,
  messageHandler: (message, { signal, type }) => { const a: number = message.a; const aborted: boolean = signal.aborted; void [a, aborted, type]; },
});
client.on('waiting', ({ attempt, error }) => { const n: number = attempt; const e: DatastreamError = error; void [n, e]; });
const state: ConnectionState = client.state;
if (state.status === 'ready') { const since: number = state.since; void since; }
export const closed: Promise<void> = client.close();
export async function use(): Promise<void> {
  await using held = new DatastreamStore({ url: 'x', apiKey: 'k' });
  await using underneath = held.client;
  const flags: ReadonlyMap<string, Flag> = held.flags; void [underneath, flags];
}
// @ts-expect-error -- there is no such option
new DatastreamClient({ url: 'x', apiKey: 'k', messageHandler: () => {}, maxRetries: 3 });
// @ts-expect-error -- a state has no data of another
state.since;
`;

const RESOLUTIONS: [string, string, ts.CompilerOptions][] = [
  ['bundler', 'a.ts', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
  [
    'nodenext, an ES module',
    'b.mts',
    { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  ],
  [
    'nodenext, CommonJS',
    'c.cts',
    { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  ],
  ['node16', 'd.mts', { module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16 }],
];

test.each(RESOLUTIONS)('are complete under %s without the DOM, Node or ws', (_, name, options) => {
  expect(complaints(name, USE, options)).toEqual([]);
});

test.each(RESOLUTIONS.slice(0, 2))('know the real AbortSignal under %s where there is a DOM', (_, name, options) => {
  const source = `
    import type { MessageContext } from 'schematic-datastream-ws';
    export const real = (context: MessageContext): AbortSignal => context.signal;`;
  expect(complaints(`dom-${name}`, source, { ...options, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] })).toEqual([]);
});

test('would be refused if they were wrong', () => {
  const source = `import { DatastreamClient } from 'schematic-datastream-ws'; export const n: number = DatastreamClient;`;
  expect(complaints('wrong.mts', source, RESOLUTIONS[1]?.[2] ?? {})).toHaveLength(1);
});

test.each(['index.d.ts', 'index.d.cts', 'testing.d.ts', 'testing.browser.d.ts'])('%s imports nothing', (file) => {
  expect(readFileSync(`dist/${file}`, 'utf8')).not.toMatch(/from '(?!\.\/)|import\(|reference types=/);
});
