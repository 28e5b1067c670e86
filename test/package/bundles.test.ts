import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { inspect, promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { parse } from 'acorn';
import { rollup } from 'rollup';
import { DatastreamServer } from '../../src/testing';

const run = promisify(execFile);
const read = (file: string) => readFileSync(`dist/${file}`, 'utf8');
const requireBuilt = createRequire(`${process.cwd()}/package.json`);

const BROWSER = ['index.browser.js', 'index.browser.cjs', 'index.umd.js', 'index.umd.min.js'];
const FAKES = ['testing.browser.js', 'testing.browser.cjs'];

let server: DatastreamServer;
beforeAll(async () => {
  server = await DatastreamServer.start();
});
afterAll(() => server.stop());

/** Connects, asks for the flags, prints what comes and closes: the same script for each format. */
const SCRIPT = `
  const client = new DatastreamClient({
    url: process.argv.at(-1),
    apiKey: 'key',
    messageHandler: (message) => { console.log(message.entity_type); void client.close(); },
    connectionReadyHandler: () => client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } }),
  });
  client.start();`;

test.each([
  ['an ES module', 'module', `import { DatastreamClient } from 'schematic-datastream-ws';${SCRIPT}`],
  ['CommonJS', 'commonjs', `const { DatastreamClient } = require('schematic-datastream-ws');${SCRIPT}`],
])('Node runs it as %s', async (_, type, script) => {
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '--eval', script, server.url]);
  expect(stdout).toBe('rulesengine.Flags\n');
});

test.each([
  [
    'an ES module',
    'module',
    `import * as testing from 'schematic-datastream-ws/testing'; console.log(Object.keys(testing).join())`,
  ],
  ['CommonJS', 'commonjs', `console.log(Object.keys(require('schematic-datastream-ws/testing')).join())`],
])('Node loads the test server as %s', async (_, type, script) => {
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '--eval', script]);
  expect(stdout.trim().split(',').sort()).toEqual([
    'DatastreamServer',
    'FakePage',
    'FakePlatform',
    'FakeSocket',
    'ManualClock',
  ]);
});

describe.each(['index.umd.js', 'index.umd.min.js'])('a page that loads %s by script tag', (file) => {
  /** As much of a browser's WebSocket as the library touches. */
  class PageWebSocket {
    static last: PageWebSocket;
    bufferedAmount = 0;
    binaryType = 'blob';
    onopen: () => void = () => undefined;
    onmessage: (event: { data: unknown }) => void = () => undefined;
    onclose: (event: { code: number; reason: string }) => void = () => undefined;
    readonly sent: unknown[] = [];
    constructor(readonly url: string) {
      PageWebSocket.last = this;
    }
    send(data: unknown): void {
      this.sent.push(data);
    }
    close(): void {
      this.onclose({ code: 1000, reason: '' });
    }
  }

  function load() {
    const page = createContext({
      WebSocket: PageWebSocket,
      setTimeout,
      clearTimeout,
      URL,
      AbortController,
      TextDecoder,
      console,
    });
    runInContext(read(file), page);
    return page as { SchematicDatastream: typeof import('../../src') };
  }

  test('finds one global, with the exports of the package', () => {
    const page = load();
    expect(Object.keys(page.SchematicDatastream).sort()).toEqual(
      Object.keys(requireBuilt('./dist/index.cjs') as object).sort(),
    );
  });

  test('connects through the WebSocket of the page, receives, sends and closes', async () => {
    const { SchematicDatastream } = load();
    const messages: unknown[] = [];
    const client = new SchematicDatastream.DatastreamClient({
      url: 'https://api.example.com',
      apiKey: 'a key'.replace(' ', '&'),
      messageHandler: (message) => void messages.push(message),
    });
    client.start();
    const socket = PageWebSocket.last;
    expect(socket.url).toBe('wss://datastream.example.com/datastream?apiKey=a%26key');
    socket.onopen();
    socket.onmessage({ data: '{"entity_type":"rulesengine.Flags"}' });
    await client.sendMessage({ hello: 1 });
    expect([client.isReady(), messages, socket.sent]).toEqual([
      true,
      [{ entity_type: 'rulesengine.Flags' }],
      ['{"hello":1}'],
    ]);
    await client.close();
    expect(client.state.status).toBe('closed');
  });
});

describe('no byte of ws', () => {
  // The first is how it would be imported; the others are what its own code could not hide.
  const TRACES = /isomorphic-ws|\bfrom ['"]ws['"]|require\(['"]ws['"]\)|permessage-deflate|Sec-WebSocket|node:/i;

  test.each([...BROWSER, ...FAKES, 'index.runtime.js', 'index.runtime.cjs'])('is in %s', (file) => {
    expect(TRACES.exec(read(file))).toBeNull();
  });

  test('is what the trace would find in the Node bundle', () => {
    expect(read('index.js')).toMatch(TRACES);
  });
});

test.each([...BROWSER, ...FAKES])('%s is ES2020', (file) => {
  const sourceType = file.endsWith('r.js') ? 'module' : 'script';
  expect(() => parse(read(file), { ecmaVersion: 2020, sourceType })).not.toThrow();
});

test('the parser would find what is newer', () => {
  expect(() => parse(read('index.js'), { ecmaVersion: 2020, sourceType: 'module' })).toThrow();
});

test.each(['index', 'testing'])('every bundle of %s has its source map', (entry) => {
  const files = entry === 'index' ? ['index.js', 'index.cjs', ...BROWSER] : ['testing.js', 'testing.cjs', ...FAKES];
  for (const file of files) {
    const map = JSON.parse(read(`${file}.map`)) as { sourcesContent?: unknown[] };
    expect(read(file)).toContain(`//# sourceMappingURL=${file}.map`);
    expect(map.sourcesContent?.length).toBeGreaterThan(0);
  }
});

test('the bundles without Node have the exports of the Node bundle', () => {
  const names = (file: string) => Object.keys(requireBuilt(file) as object).sort();
  expect(names('./dist/index.browser.cjs')).toEqual(names('./dist/index.cjs'));
  expect(names('./dist/index.runtime.cjs')).toEqual(names('./dist/index.cjs'));
});

test('what browsers load has short names for nothing that users see', () => {
  const [, list = ''] = /NAMES = \[(.*?)\]/s.exec(readFileSync('tools/build/internal-names.mjs', 'utf8')) ?? [];
  const names = list.match(/\w+/g) ?? [];
  const seen = new Set(
    read('index.d.ts')
      .replace(/\/\*.*?\*\//gs, '')
      .match(/\w+/g),
  );
  expect(names).toContain('mayHear');
  expect(names.filter((name) => seen.has(name))).toEqual([]);
});

test('a console that looks into a client of the browser bundle finds neither key nor message', () => {
  const { DatastreamClient } = requireBuilt('./dist/index.browser.cjs') as typeof import('../../src');
  const { FakePlatform } = requireBuilt('./dist/testing.cjs') as typeof import('../../src/testing');
  const platform = new FakePlatform();
  const client = new DatastreamClient({
    url: 'wss://MARKER@x.com/?token=MARKER',
    apiKey: 'MARKER',
    headers: { 'X-Token': 'MARKER' },
    messageHandler: () => new Promise(() => undefined),
    platform: {
      clock: platform.clock,
      sendsHeaders: true,
      random: () => 0,
      report: () => undefined,
      open: (request, listener) => platform.open(request, listener),
    },
  });
  client.start();
  platform.socket.accept();
  for (const message of ['MARKER 1', 'MARKER 2']) platform.socket.deliver({ message });
  expect(client.stats().queueDepth).toBe(1);
  const shown = [client, client.stats(), client.state].map((one) =>
    inspect(one, { depth: Infinity, showHidden: true, getters: true }),
  );
  expect(shown.join()).not.toContain('MARKER');
});

test('nothing runs at import: a realm without timers, chance and listeners loads the browser bundle', () => {
  const bare = createContext({});
  runInContext('delete globalThis.Math; delete globalThis.Date;', bare);
  expect(() => void runInContext(read('index.umd.js'), bare)).not.toThrow();
});

test('the fakes of the testing bundle refuse a client of the main bundle, though they share no class', () => {
  const { DatastreamClient } = requireBuilt('./dist/index.cjs') as typeof import('../../src');
  const { FakePlatform } = requireBuilt('./dist/testing.cjs') as typeof import('../../src/testing');
  const platform = new FakePlatform();
  const client = new DatastreamClient({ url: 'wss://x.com', apiKey: 'k', messageHandler: () => undefined, platform });
  client.on('error', () => undefined);
  client.start();
  platform.socket.refuse(503, '200');
  expect(client.state).toMatchObject({ status: 'waiting', delay: 200_000, error: { code: 'UPGRADE_REFUSED' } });
  client.reconnect();
  platform.socket.refuse(401);
  expect(client.state).toMatchObject({ status: 'closed', error: { code: 'UNAUTHORIZED', httpStatus: 401 } });
});

describe('a bundle of what a page imports', () => {
  /** What a bundler makes of an import of these from the browser bundle, minified. */
  async function bundled(names: string): Promise<string> {
    const entry = `export { ${names} } from '${process.cwd()}/dist/index.browser.js'`;
    const bundle = await rollup({
      input: 'entry',
      external: ['mitt'],
      plugins: [
        {
          name: 'entry',
          resolveId: (id) => (id === 'entry' ? id : null),
          load: (id) => (id === 'entry' ? entry : null),
        },
      ],
    });
    const { output } = await bundle.generate({ format: 'es' });
    return output[0].code;
  }
  const OF_THE_STORE = /rulesengine|credit_|KEY_CONFLICT|peekCompany/;

  test('has no byte of the store when it is the client alone', async () => {
    expect(await bundled('DatastreamClient')).not.toMatch(OF_THE_STORE);
  });

  test('would show the store', async () => {
    expect(await bundled('DatastreamStore')).toMatch(OF_THE_STORE);
  });
});
