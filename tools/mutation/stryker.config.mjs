/** Run from the root of the repository: `npm run mutate`. @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'src/state.ts',
    'src/backoff.ts',
    'src/heartbeat.ts',
    'src/connection.ts',
    'src/inbox.ts',
    'src/options.ts',
    'src/option-rules.ts',
    'src/endpoint.ts',
    'src/retry.ts',
    'src/deadline.ts',
    'src/guarded.ts',
    'src/waiting.ts',
    'src/transport/outbox.ts',
    'src/transport/websocket-transport.ts',
  ],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner', './tools/mutation/survivors-reporter.mjs'],
  jest: { configFile: 'tools/mutation/jest.config.mjs' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Enough for a machine with much else to do, where a mutant that is merely slow would count as caught.
  timeoutMS: 15_000,
  // The survivors, and why they survive, are listed in explained.mjs; any other fails the run.
  thresholds: { high: 100, low: 95, break: 90 },
  reporters: ['clear-text', 'progress-append-only', 'html', 'json', 'survivors'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, allowEmojis: false },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  tempDirName: 'tools/mutation/.stryker-tmp',
  // All that the unit tests need, so that neither a build nor another test's output is copied.
  ignorePatterns: ['**', '!src/**', '!test/**', '!/tsconfig.json', '!/package.json', '!tools/mutation/*.{mjs,cjs,ts}'],
  allowConsoleColors: false,
};
