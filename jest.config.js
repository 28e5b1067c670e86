/** @type {import('jest').Config} */
const shared = {
  testEnvironment: 'node',
  // A mutation run copies the checkout there.
  modulePathIgnorePatterns: ['<rootDir>/tools/mutation/.stryker-tmp/'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'test/tsconfig.json' }] },
};

// `npm run check` runs the first project alone; `npm test` runs all of them (the package tests need a build).
export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(browser|faults|integration|package)/'],
    },
    { ...shared, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.test.ts'] },
    { ...shared, displayName: 'package', testMatch: ['<rootDir>/test/package/**/*.test.ts'] },
    // What breaks deployments, with real parts; takes minutes: `npm run test:faults`.
    { ...shared, displayName: 'faults', testMatch: ['<rootDir>/test/faults/**/*.test.ts'] },
    // In every browser that is found: `npm run browsers` installs three.
    { ...shared, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
  ],
  reporters: ['default', '<rootDir>/tools/ci/count-reporter.mjs'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
