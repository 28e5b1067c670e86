// What each library adds to a page: bundled and minified by esbuild for a browser, in bytes.
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const BUNDLES = [
  {
    name: '**schematic-datastream-ws** (client)',
    source: `export { DatastreamClient } from '../dist/index.browser.js'`,
  },
  { name: '**schematic-datastream-ws** (everything)', source: `export * from '../dist/index.browser.js'` },
  { name: 'partysocket', source: `export { default } from 'partysocket/ws'` },
  { name: 'reconnecting-websocket', source: `export { default } from 'reconnecting-websocket'` },
  { name: 'websocket-ts', source: `export * from 'websocket-ts'` },
  { name: 'graphql-ws', source: `export { createClient } from 'graphql-ws'` },
];

/** Measures every bundle; mitt and whatever else a library needs is in it. */
export async function sizes() {
  return Promise.all(BUNDLES.map(async ({ name, source }) => ({ name, ...(await sizeOf(source)) })));
}

async function sizeOf(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: new URL('..', import.meta.url).pathname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2020',
    write: false,
    legalComments: 'none',
  });
  const { contents } = outputFiles[0];
  return {
    minified: contents.length,
    gzip: gzipSync(contents, { level: 9 }).length,
    brotli: brotliCompressSync(contents).length,
  };
}
