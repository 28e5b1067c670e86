import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';
import dts from 'rollup-plugin-dts';
import { constAsLet } from './tools/build/const-as-let.mjs';
import { INTERNAL_NAMES } from './tools/build/internal-names.mjs';
import { privateFieldsAsProperties } from './tools/build/private-fields-as-properties.mjs';

const pkg = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const banner = `/*! ${pkg.name} v${pkg.version} | ${pkg.license} */`;

// Runtime dependencies stay imports in the ESM and CJS bundles; `ws` is reached through isomorphic-ws or by the test server.
const external = [...Object.keys(pkg.dependencies), 'react', /^node:/];

/** The hooks work on a store that they are given: all they know of the library are its types, and those of the package. */
const libraryAsPackage = {
  name: 'library-as-package',
  resolveId: (source) => (source === '..' ? { id: pkg.name, external: true } : undefined),
};

/** Swaps the one module that chooses the platform, so that both builds have the same surface by construction. */
const platformOf = (name) => ({
  name: 'platform',
  resolveId: (source, importer) =>
    source === './platform' && importer ? resolve(importer, `../platform/${name}.ts`) : undefined,
});

const compile = (overrides = {}) =>
  typescript({
    tsconfig: './tsconfig.json',
    noEmit: false,
    noEmitOnError: true,
    sourceMap: true,
    inlineSources: true,
    ...overrides,
  });

// Node 20 has private fields. Safari 15 and ES2020 parsers do not have all of them: there they become plain, mangled
// properties, since the WeakMaps that a compiler would emit cost ten times as much per access.
const forNode = () => [compile()];
const forRuntimes = () => [platformOf('runtime'), compile()];
const forBrowser = () => [
  platformOf('browser'),
  compile({
    target: 'ES2020',
    transformers: {
      before: [privateFieldsAsProperties, constAsLet].map((factory) => ({ type: 'program', factory })),
    },
  }),
];

// What only the library itself sees gets short names too, which no consumer's bundler could give it: hence what browsers
// load is shipped minified, with its source map.
const minify = terser({
  ecma: 2020,
  compress: { passes: 5, pure_getters: true, unsafe_arrows: true },
  // `builtins`: a name that the DOM has too is as much ours as any other on the list.
  mangle: { properties: { regex: INTERNAL_NAMES, builtins: true } },
});

const esmAndCjs = (input, name, plugins, outputPlugins = []) => ({
  input,
  external,
  plugins,
  output: [
    { file: `dist/${name}.js`, format: 'es', sourcemap: true, banner, plugins: outputPlugins },
    {
      file: `dist/${name}.cjs`,
      format: 'cjs',
      sourcemap: true,
      banner,
      exports: 'named',
      interop: 'auto',
      plugins: outputPlugins,
    },
  ],
});

const umd = { format: 'umd', name: 'SchematicDatastream', exports: 'named', sourcemap: true, banner };

const reactEntry = esmAndCjs('src/react/index.ts', 'react', forBrowser());
// Server components may import it, and it runs on the client.
for (const output of reactEntry.output) output.banner = `'use client';\n${banner}`;

// `Symbol.asyncDispose` is in no library before ESNext, and a consumer may have none but ES2022.
const disposable = '/// <reference lib="esnext.disposable" />';

const types = (input, name, plugins = []) => ({
  input,
  external,
  plugins: [...plugins, dts({ tsconfig: './tsconfig.json' })],
  output: [
    { file: `dist/${name}.d.ts`, format: 'es', banner: disposable },
    { file: `dist/${name}.d.cts`, format: 'es', banner: disposable },
  ],
});

/** What browsers load, of which the size is limited. */
const forBrowsers = [
  esmAndCjs('src/index.ts', 'index.browser', forBrowser(), [minify]),
  {
    input: 'src/index.ts',
    plugins: [...forBrowser(), nodeResolve({ browser: true })],
    output: [
      { ...umd, file: 'dist/index.umd.js' },
      { ...umd, file: 'dist/index.umd.min.js', plugins: [minify] },
    ],
  },
];

/** All but the store, as a bundler leaves it for whoever imports none: of no use but to be measured. */
const withoutStore = {
  name: 'without-store',
  resolveId: (source) => (source === 'without-store' ? source : undefined),
  load: (id) => {
    if (id !== 'without-store') return undefined;
    const index = resolve('src/index.ts');
    const names = [...readFileSync(index, 'utf8').matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list]) =>
      list.split(','),
    );
    const values = names.map((name) => name.trim()).filter((name) => name && !/^type |Store/.test(name));
    return `export { ${values.join(', ')} } from ${JSON.stringify(index)};`;
  },
};
const clientAlone = {
  input: 'without-store',
  external,
  plugins: [withoutStore, ...forBrowser()],
  output: { file: 'reports/size/client.js', format: 'es', sourcemap: true, plugins: [minify] },
};

const all = [
  esmAndCjs('src/index.ts', 'index', forNode()),
  esmAndCjs('src/index.ts', 'index.runtime', forRuntimes()), // Deno and Bun
  ...forBrowsers,
  esmAndCjs('src/testing/index.ts', 'testing', forNode()),
  esmAndCjs('src/testing/fakes/index.ts', 'testing.browser', forBrowser()),
  {
    input: 'src/cli/index.ts',
    external,
    plugins: forNode(),
    output: { file: 'dist/cli.js', format: 'es', sourcemap: true, banner: `#!/usr/bin/env node\n${banner}` },
  },
  reactEntry,
  types('src/index.ts', 'index'),
  types('src/react/index.ts', 'react', [libraryAsPackage]),
  types('src/testing/index.ts', 'testing'),
  types('src/testing/fakes/index.ts', 'testing.browser'),
];

// `npm run size` builds no more than it measures.
export default ({ configOnlyForBrowsers }) => (configOnlyForBrowsers ? [...forBrowsers, clientAlone] : all);
