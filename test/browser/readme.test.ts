/** The snippets of the README that have a page to run in, each served as its reader would serve it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import ts from 'typescript';
import { HELD, IN_A_PAGE, makeFolder, snippet } from '../support/readme';
import { inChromium } from './in-engines';

jest.setTimeout(60_000);

const CDN = 'https://unpkg.com/schematic-datastream-ws@0.1.0';
const SERVER = { apiKeys: ['a-token'], apiKeyParameter: 'token', ...HELD };

let folder: string;
let site: Server | undefined;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  site?.closeAllConnections();
  site?.close();
  site = undefined;
});

/** A site with a page, its script, the CDN's file, and a backend that gives tokens; returns its URL. */
async function serve(page: string, script = ''): Promise<string> {
  const files: Record<string, [type: string, body: string | Buffer]> = {
    '/': ['text/html', page],
    '/script.js': ['text/javascript', script],
    '/dist/index.umd.min.js': ['text/javascript', readFileSync('dist/index.umd.min.js')],
    '/datastream-token': ['text/plain', 'a-token'],
  };
  const server = createServer(({ url = '' }, response) => {
    const [type, body] = files[url] ?? ['text/plain', ''];
    response.writeHead(url in files ? 200 : 404, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  site = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a bundler makes of a snippet. */
async function bundle(file: string, text: string): Promise<string> {
  const entry = join(folder, file.replace(/\.tsx?$/, '.js'));
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, jsx: ts.JsxEmit.ReactJSX },
  });
  writeFileSync(entry, outputText);
  const inDevelopment = {
    name: 'in-development',
    transform: (code: string) => code.replaceAll('process.env.NODE_ENV', '"development"'),
  };
  const plugins = [nodeResolve({ browser: true }), inDevelopment, commonjs()];
  // What nobody uses costs a page of the tests less than its removal costs them.
  const build = await rollup({ input: entry, plugins, treeshake: false, onwarn: () => undefined });
  const { output } = await build.generate({ format: 'iife' });
  return output[0].code;
}

/** Runs in the page: resolves once it shows a text. */
function shows(text: string): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.body.innerText.includes(text)) resolve();
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    look();
  });
}

/** The server of the test is in the place of a gateway on the site's own origin. */
const through = (url: string, text: string) => text.replace('location.origin', JSON.stringify(url));

inChromium((scene) => {
  test('script-tag.html loads the file of the CDN by its integrity hash, and connects', async () => {
    const server = await scene.server(SERVER);
    const page = through(server.url, snippet('script-tag.html'));
    expect(page).toContain(`src="${CDN}/`);
    const tab = await scene.visit(await serve(page.replace(CDN, '')));
    await tab.run(shows, 'Connection: ready');
  });

  test('script-tag.html loads nothing that differs from its integrity hash', async () => {
    const server = await scene.server(SERVER);
    const page = through(server.url, snippet('script-tag.html')).replace(CDN, '');
    const tab = await scene.visit(await serve(page.replace(/sha384-..../, 'sha384-AAAA')));
    expect(await tab.run(() => 'SchematicDatastream' in globalThis)).toBe(false);
  });

  test('page.js shows the flags', async () => {
    const server = await scene.server(SERVER);
    const script = await bundle('page.js', through(server.url, snippet('page.js')));
    const tab = await scene.visit(
      await serve('<!doctype html><body></body><script src="/script.js"></script>', script),
    );
    await tab.run(shows, 'beta');
    expect(server.upgrades.map(({ apiKey }) => apiKey)).toEqual(['a-token']);
  });

  test('app.tsx shows the company, on one connection in spite of StrictMode', async () => {
    const server = await scene.server(SERVER);
    const script = await bundle('app.tsx', through(server.url, snippet('app.tsx')));
    const tab = await scene.visit(
      await serve('<!doctype html><body></body><script src="/script.js"></script>', script),
    );
    await tab.run(shows, 'comp_1, and 0 rules of beta');
    expect(server.upgrades).toHaveLength(1);
  });
});

test('every snippet that needs a page is one of these', () => {
  const tests = readFileSync(__filename, 'utf8');
  expect(IN_A_PAGE.filter((file) => !tests.includes(`test('${file} `))).toEqual([]);
});
