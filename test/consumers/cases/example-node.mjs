import { example, tells } from '../examples.mjs';

const update = (server) => server.updateCompany('comp_acme', { credit_balances: { seats: 11 } });
const setFlag = (server) => server.setFlag({ key: 'beta', default_value: true });

/** @type {import('../case.mjs').Case} */
export const nodeEsm = {
  name: 'example-node-esm',
  packages: {},
  version: '-',
  projects: [example('node-esm')],
  targets: [{ checks: [tells(['index.js'], [/(company: comp_acme)/, /Company comp_acme: changed/], update)] }],
};

/** @type {import('../case.mjs').Case} */
export const nodeCjs = {
  name: 'example-node-cjs',
  packages: {},
  version: '-',
  projects: [example('node-cjs')],
  targets: [{ checks: [tells(['index.cjs'], [/(full rulesengine\.Flags)/, /full rulesengine\.Flag\n/], setFlag)] }],
};

const runsTests = (program, args) => ({
  column: 'runs in',
  where: 'Node',
  name: 'its own tests pass',
  run: async ({ folder }) => void (await folder.run(program, args)),
});

/** @type {import('../case.mjs').Case} */
export const testingWithJest = {
  name: 'example-testing-with-jest',
  packages: { jest: '^30.0.0', 'jest-environment-jsdom': '^30.0.0' },
  projects: [example('testing-with-jest')],
  targets: [{ checks: [runsTests('jest', ['--config', 'jest.config.cjs'])] }],
};

/** @type {import('../case.mjs').Case} */
export const openTelemetry = {
  name: 'example-opentelemetry',
  packages: { '@opentelemetry/sdk-metrics': '^2.0.0', '@opentelemetry/api': '^1.9.0' },
  projects: [example('opentelemetry')],
  targets: [{ checks: [runsTests('node', ['--test'])] }],
};
