import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The unit tests as Stryker runs them, once for each mutant. @type {import('jest').Config} */
export default {
  rootDir: '../..',
  testEnvironment: 'node',
  testRunner: require.resolve('./bailing-jest-circus.cjs'),
  testMatch: ['<rootDir>/test/*.test.ts', '<rootDir>/test/transport/*.test.ts'],
  // The random walks cost more than all the rest together, and what they catch is left to chance.
  testPathIgnorePatterns: ['/node_modules/', '\\.walk\\.test\\.ts$'],
  // Nothing is type-checked: a mutant need not fit its type.
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json', diagnostics: false }] },
  // Under a manual clock nothing takes long; a mutant that never settles a promise is not waited for.
  testTimeout: 1_000,
  moduleNameMapper: {
    '^fast-check$': '<rootDir>/tools/mutation/seeded-fast-check.cjs',
    '^unseeded-fast-check$': require.resolve('fast-check'),
    // No unit test opens a real socket, and loading `ws` for every test file and mutant takes a while.
    '^(\\.|\\.\\./src)/platform$': '<rootDir>/tools/mutation/platform-without-ws.ts',
  },
};
