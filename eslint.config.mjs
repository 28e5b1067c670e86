import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const SOCKETS = ['ws', 'isomorphic-ws'];
const NODE = {
  group: ['node:*'],
  message: 'Only the Node platform, the test server and the command line may use Node.',
};
const UP = (folders) => ({
  group: folders.flatMap((name) => [`../${name}`, `../${name}.js`, `../${name}/*`, `../../${name}`]),
  message: 'Arrows point down: the process has a platform, a client connections, a connection one transport.',
});

const STORE = {
  group: ['./store/*', '../store/*', '../../store/*', '../../../store/*'],
  message: 'The store stands on the client, and nothing below knows it.',
};

// The world comes in through the platform (design: layout). Each of these names reaches around it.
const WORLD = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'queueMicrotask'];
const PLACES = ['globalThis', 'window', 'self', 'document', 'navigator', 'process', 'Buffer', 'performance', 'console'];
const worldRules = {
  'no-restricted-globals': ['error', ...WORLD, ...PLACES],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Use the clock of the platform.' },
    { object: 'Math', property: 'random', message: 'Use the chance of the platform.' },
  ],
};
const importRules = (paths, patterns) => ({ 'no-restricted-imports': ['error', { paths, patterns }] });

export default defineConfig(
  globalIgnores([
    'dist',
    'coverage',
    'docs',
    'reports',
    'tools/mutation/.stryker-tmp',
    'test/package/fixtures',
    'test/runtimes/projects/typescript',
  ]),
  js.configs.recommended,
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './test/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'UnaryExpression[operator="typeof"] > Identifier[name=/^(window|document|navigator|process|self)$/]',
          message: 'Ask what a thing can do, never where you are.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/platform/**', 'src/testing/**', 'src/cli/**', 'src/client.ts', 'src/transport/**'],
    rules: { ...worldRules, ...importRules([...SOCKETS, 'mitt'], [NODE]) },
  },
  {
    // Below the client nobody knows it.
    files: ['src/*.ts'],
    ignores: ['src/index.ts', 'src/client.ts'],
    rules: importRules([...SOCKETS, 'mitt', './client', './index'], [NODE, STORE]),
  },
  { files: ['src/client.ts'], rules: { ...worldRules, ...importRules(SOCKETS, [NODE, STORE]) } },
  { files: ['src/store/**/*.ts'], rules: { ...worldRules, ...importRules([...SOCKETS, '../index'], [NODE]) } },
  {
    files: ['src/transport/**/*.ts'],
    rules: {
      ...worldRules,
      ...importRules(
        [...SOCKETS, 'mitt'],
        [NODE, UP(['client', 'connection', 'state', 'options', 'inbox', 'testing', 'store'])],
      ),
    },
  },
  {
    files: ['src/platform/**/*.ts'],
    rules: importRules(
      [...SOCKETS, 'mitt'],
      [NODE, UP(['client', 'connection', 'state', 'options', 'inbox', 'transport', 'testing', 'store'])],
    ),
  },
  {
    files: ['src/platform/node.ts'],
    rules: importRules(
      ['ws', 'mitt', './browser'],
      [UP(['client', 'connection', 'state', 'options', 'inbox', 'transport', 'testing', 'store'])],
    ),
  },
  {
    files: ['src/platform/browser.ts', 'src/platform/runtime.ts'],
    rules: importRules(
      [...SOCKETS, 'mitt', './node'],
      [NODE, UP(['client', 'connection', 'state', 'options', 'inbox', 'transport', 'testing', 'store'])],
    ),
  },
  { files: ['src/testing/**/*.ts'], rules: importRules(['mitt', 'isomorphic-ws'], [STORE]) },
  {
    // The hooks know the public surface, and of that the types alone.
    files: ['src/react/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ group: ['..'], allowTypeImports: true }, { group: ['../*'] }] },
      ],
    },
  },
  { files: ['src/cli/**/*.ts'], rules: importRules([...SOCKETS, 'mitt'], []) },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: { AbortSignal: 'readonly', process: 'readonly', console: 'readonly', URL: 'readonly' },
    },
  },
  {
    files: ['bench/**/*.mjs'],
    languageOptions: {
      globals: {
        Event: 'readonly',
        MessageEvent: 'readonly',
        clearTimeout: 'readonly',
        setImmediate: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  {
    files: ['examples/**/*.{js,mjs,cjs,jsx}'],
    languageOptions: {
      globals: {
        afterEach: 'readonly',
        Buffer: 'readonly',
        beforeEach: 'readonly',
        clearInterval: 'readonly',
        expect: 'readonly',
        it: 'readonly',
        module: 'readonly',
        queueMicrotask: 'readonly',
        require: 'readonly',
        URLSearchParams: 'readonly',
        __DATASTREAM__: 'readonly',
        document: 'readonly',
        location: 'readonly',
        setInterval: 'readonly',
      },
      parserOptions: { ecmaFeatures: { jsx: true } },
    },
  },
  {
    files: ['demo/page/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        fetch: 'readonly',
        matchMedia: 'readonly',
        performance: 'readonly',
        requestAnimationFrame: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
);
