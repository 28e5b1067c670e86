import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { resolveOptions, type DatastreamOptions } from '../../src/options';
import { DatastreamServer } from '../../src/testing';
import { Child } from '../support/child-process';
import { HELD, IN_A_PAGE, makeFolder, README, snippet, SNIPPETS } from '../support/readme';
import { testNames } from '../support/test-names';

const run = promisify(execFile);

/** What only an application has, so that the snippets find it. */
const STAND_INS: Record<string, string> = {
  'package.json': '{ "type": "module" }',
  'token.js': `export const token = async () => 'secret';`,
  'vite.d.ts': `interface ImportMeta { readonly hot?: { dispose(task: () => unknown): void } }`,
  'page.d.ts': `declare const SchematicDatastream: typeof import('schematic-datastream-ws');`,
  'node_modules/react-native-url-polyfill/package.json': '{ "exports": { "./auto": "./auto.js" } }',
  'node_modules/react-native-url-polyfill/auto.js': '',
  'node_modules/react-native-url-polyfill/auto.d.ts': 'export {};',
  'node_modules/react-native/package.json': '{ "type": "module", "exports": "./index.js" }',
  // Its WebSocket is a global, as in a page.
  'node_modules/react-native/index.js': `
    import WebSocket from 'ws';
    globalThis.WebSocket = WebSocket;
    const listeners = [];
    export const AppState = { addEventListener: (type, listener) => void listeners.push(listener) };
    export const become = (state) => listeners.forEach((listener) => listener(state));`,
  'node_modules/react-native/index.d.ts': `
    export declare const AppState: { addEventListener(type: 'change', listener: (state: string) => void): void };`,
};

let folder: string;
let server: DatastreamServer;
let child: Child | undefined;

beforeAll(() => {
  folder = makeFolder();
  for (const [file, text] of Object.entries(STAND_INS)) write(file, text);
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  server = await DatastreamServer.start({ apiKeys: ['secret'], apiKeyParameter: 'token', ...HELD });
});
afterEach(async () => {
  await child?.stop();
  child = undefined;
  await server.stop();
});

function write(file: string, text: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** A snippet as a file that Node runs, with the server of the test in the place of all others. */
function prepare(file: string): string {
  const text = snippet(file).replace(/https:\/\/(api\.schematichq\.com|your-gateway\.example)/g, server.url);
  if (!file.endsWith('.ts')) return write(file, text);
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  return write(file.replace(/ts$/, 'js'), outputText);
}

function start(path: string, node: string[] = []): Child {
  const env = { SCHEMATIC_API_KEY: 'secret', PORT: '0' };
  child = Child.runFile(path, [], server, { env, node });
  return child;
}

/** Waits for a line; fails with what the snippet complained of when it ends without. */
async function line(started: Child, matching: (line: string) => boolean): Promise<void> {
  const ended = started.ended.then(({ code, stderr }) => {
    if (!started.lines.all.some(matching)) throw new Error(`It ended with ${code}: ${stderr}`);
  });
  await Promise.race([started.lines.find(matching), ended]);
}

/** The lines that a snippet tells until it has told all these, when it is ended by a signal. */
async function toldUntil(lines: string[], path: string, signal: NodeJS.Signals = 'SIGINT') {
  const started = start(path);
  for (const wanted of lines) await line(started, (told) => told === wanted);
  process.kill(started.pid, signal);
  const { code, stderr } = await started.ended;
  return { code, stderr, lines: started.lines.all };
}

/** Every snippet that runs in Node, by its file. */
const PLAYS: Record<string, () => Promise<void>> = {
  'client.ts': async () => {
    const lines = ['connecting', 'initializing', 'rulesengine.Flags full', 'ready'];
    const told = await toldUntil(lines, prepare('client.ts'));
    expect(told).toEqual({ code: 0, stderr: '', lines: expect.arrayContaining([...lines, 'closed']) as unknown });
  },

  'store.mjs': async () => {
    const last = '1 flags; comp_1 { seats: 12 }';
    const told = await toldUntil([last], prepare('store.mjs'));
    const changes = ['changed rulesengine.Flag beta', 'changed rulesengine.Company comp_1'];
    expect(told).toEqual({ code: 0, stderr: '', lines: [...changes, last] });
  },

  'client.cjs': async () => {
    const told = await toldUntil(['full rulesengine.Flags'], prepare('client.cjs'));
    expect(told).toEqual({ code: 0, stderr: '', lines: ['full rulesengine.Flags'] });
  },

  'reading.ts': async () => {
    const { code } = await start(prepare('reading.ts')).ended;
    expect([code, child?.lines.all]).toEqual([0, ["[ 'beta' ] []", 'comp_1 false true']]);
  },

  'events.ts': async () => {
    const started = start(prepare('events.ts'));
    await line(started, (told) => told === 'ready true');
    server.faults.closeAll(1012);
    await line(started, (told) => told.startsWith('attempt 2 in '));
    await line(started, (told) => told === 'CONNECTION_CLOSED goes on');
    expect(started.lines.all[0]).toBe('ready true');
  },

  'logging.ts': async () => {
    const started = start(prepare('logging.ts'));
    await line(started, (told) => told.includes('datastream: ready: '));
    server.faults.closeAll(4001);
    const { code } = await started.ended;
    const lines = started.lines.all.map((text) => JSON.parse(text) as { level: number; err?: { code: string } });
    expect([code, lines.find(({ err }) => err)]).toMatchObject([0, { level: 50, err: { code: 'UNAUTHORIZED' } }]);
  },

  'server.test.mjs': async () => {
    const { code } = await start(prepare('server.test.mjs'), ['--test-reporter=tap']).ended;
    expect([code, child?.lines.all]).toEqual([0, expect.arrayContaining(['# pass 1']) as unknown]);
  },

  'page.test.mjs': async () => {
    const { code } = await start(prepare('page.test.mjs'), ['--test-reporter=tap']).ended;
    expect([code, child?.lines.all]).toEqual([0, expect.arrayContaining(['# pass 1']) as unknown]);
  },

  'service.mjs': async () => {
    const connection = server.connection();
    const told = await toldUntil(['listening'], prepare('service.mjs'), 'SIGTERM');
    expect(told).toEqual({ code: 0, stderr: '', lines: ['listening'] });
    expect(await (await connection).closed).toMatchObject({ code: 1000 });
  },

  // Node replaces no modules: a stand-in for Vite's `import.meta.hot` does what Vite does.
  'store.js': async () => {
    const module = prepare('store.js').replace(/store\.js$/, 'hot-store.js');
    const source = readFileSync(join(folder, 'store.js'), 'utf8').replaceAll('import.meta.hot', 'globalThis.hot');
    writeFileSync(module, source.replace('a-key-for-development', 'secret'));
    const page = write(
      'hot.js',
      `let dispose;
       globalThis.hot = { dispose: (task) => (dispose = task) };
       const { store } = await import('./hot-store.js?1');
       await store.ready();
       await dispose();
       const next = await import('./hot-store.js?2');
       await next.store.ready();
       console.log('replaced');`,
    );
    const started = start(page);
    await line(started, (told) => told === 'replaced');
    expect([server.upgrades.length, server.connections.length]).toEqual([2, 1]);
  },

  // No phone here: stand-ins for React Native's modules, and the build that it would take.
  'native.js': async () => {
    const text = readFileSync(prepare('native.js'), 'utf8');
    write(
      'native.js',
      text.replace("'schematic-datastream-ws'", JSON.stringify(`${process.cwd()}/dist/index.browser.js`)),
    );
    const app = write(
      'phone.js',
      `import { become } from 'react-native';
       import { store } from './native.js';
       await store.ready();
       become('background');
       console.log(store.client.state.status, store.flags.size, store.stale);
       become('active');
       await store.ready();
       console.log(store.client.state.status, store.flags.size, store.stale);
       await store.close();`,
    );
    const { code, stderr } = await start(app).ended;
    expect([code, stderr, child?.lines.all]).toEqual([0, '', ['closed 1 true', 'ready 1 false']]);
    expect(server.upgrades).toHaveLength(2);
  },

  'tokens.js': async () => {
    prepare('tokens.js');
    const look = write(
      'look.js',
      `import { issueToken, readToken } from './tokens.js';
       console.log(readToken(issueToken('acme', 'a'), 'a'), readToken(issueToken('acme', 'a'), 'b'));
       console.log(readToken(issueToken('acme', 'a', Date.now() - 60_000), 'a'), readToken('é.é', 'a'), readToken('', 'a'));`,
    );
    const { code } = await start(look).ended;
    expect([code, child?.lines.all]).toEqual([0, ['acme undefined', 'undefined undefined undefined']]);
  },
};

describe('the snippets of the README', () => {
  test('have names, no two the same', () => {
    const names = SNIPPETS.map(({ file }) => file);
    expect(names).not.toContain('');
    expect(new Set(names).size).toBe(names.length);
  });

  test('are all run, here or in a page', () => {
    expect(SNIPPETS.map(({ file }) => file).sort()).toEqual([...Object.keys(PLAYS), ...IN_A_PAGE].sort());
  });

  test.each(['client.ts', 'store.mjs', 'client.cjs', 'page.js', 'script-tag.html'])('%s is about ten lines', (file) => {
    const lines = snippet(file)
      .split('\n')
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThanOrEqual(8);
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  /** Checks files together, as one program. */
  const complaints = (files: string[], options: ts.CompilerOptions) => {
    const program = ts.createProgram(
      [...files.map((file) => join(folder, 'checked', file)), join(folder, 'vite.d.ts'), join(folder, 'page.d.ts')],
      {
        noEmit: true,
        module: ts.ModuleKind.NodeNext,
        target: ts.ScriptTarget.ES2022,
        jsx: ts.JsxEmit.ReactJSX,
        // Each is a script or module of its own; nothing that one declares is there in another.
        moduleDetection: ts.ModuleDetectionKind.Force,
        skipLibCheck: true,
        types: ['node'],
        typeRoots: [join(folder, 'node_modules/@types')],
        ...options,
      },
    );
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  };
  const checked = (matching: RegExp) =>
    SNIPPETS.filter(({ file }) => matching.test(file)).map(({ file, text }) => {
      const script = file.endsWith('.html') ? (/<script>([^]*?)<\/script>/.exec(text)?.[1] ?? '') : text;
      const name = file.replace(/\.html$/, '.js');
      write(join('checked', name), script);
      return name;
    });

  test('compile strictly where they are TypeScript', () => {
    const files = checked(/\.tsx?$/);
    expect(files.length).toBeGreaterThan(3);
    expect(complaints(files, { strict: true })).toEqual([]);
  });

  test('have the right types where they are JavaScript', () => {
    const files = checked(/\.(m|c)?js$|\.html$/);
    write('checked/token.js', STAND_INS['token.js'] ?? '');
    expect(files.length).toBeGreaterThan(8);
    expect(complaints(files, { allowJs: true, checkJs: true, strict: false })).toEqual([]);
  });

  test.each(Object.entries(PLAYS))('%s runs, and does what it is for', (_, play) => play());

  test('tokens.js is that of the example', () => {
    expect(snippet('tokens.js')).toBe(readFileSync('examples/short-lived-token/tokens.js', 'utf8'));
  });
});

test('the integrity hash of the script tag is that of the bundle', async () => {
  // What it says otherwise tells what to run.
  await expect(run(process.execPath, ['tools/build/integrity.mjs'])).resolves.toBeDefined();
});

describe('the tables of the README', () => {
  const rows = README.split('\n').filter((line) => line.startsWith('|'));

  test('have every option of the client and of the store', () => {
    const names = ['src/options.ts', 'src/store/options.ts'].flatMap((file) => {
      const [, members = ''] =
        /export interface Datastream\w*Options[^]*?\{\n([^]*?)\n\}/.exec(readFileSync(file, 'utf8')) ?? [];
      return [...members.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name = '']) => name);
    });
    const table = rows.map((row) => row.split('|')[1]).join();
    expect(names).toContain('evaluate');
    expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  test('have the defaults of the options that are numbers', () => {
    const settings = resolveOptions({ url: 'wss://x.com', apiKey: 'k', messageHandler: () => undefined });
    const told = rows.flatMap((row) => {
      const [, names = '', values = ''] = row.split('|');
      const numbers = values.split(' / ').map((value) => Number(value.replaceAll(/\s/g, '')));
      return [...names.matchAll(/`(\w+)`/g)].map(([, name = ''], index) => [name, numbers[index]] as const);
    });
    const isOption = (name: string): name is keyof DatastreamOptions & keyof typeof settings => name in settings;
    const numeric = told.filter(
      ([name, value]) => isOption(name) && typeof settings[name] === 'number' && value !== undefined,
    );
    const atFirst = new Map(numeric.reverse());
    expect(atFirst.size).toBe(10);
    for (const [name, value] of atFirst) expect([name, value]).toEqual([name, isOption(name) && settings[name]]);
  });

  test('have every code of an error, and no other', () => {
    const [, union = ''] = /DatastreamErrorCode =([^;]*);/.exec(readFileSync('src/errors.ts', 'utf8')) ?? [];
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code);
    const told = rows.map((row) => /^\| `([A-Z_]+)` /.exec(row)?.[1]).filter((code) => code !== undefined);
    expect(told.sort()).toEqual(codes.sort());
  });

  test('name tests that exist for each situation in which others fail', () => {
    const references = [...README.matchAll(/\]\((test\/\S+) (['"])(.*?)\2\) +\|/g)];
    expect(references.length).toBeGreaterThan(12);
    const missing = references.filter(([, file = '', , name = '']) => !testNames(file).has(name));
    expect(missing.map(([, file = '', , name = '']) => `${file}: ${name}`)).toEqual([]);
  });
});
