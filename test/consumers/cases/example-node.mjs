import { example, passesTests, starts, tells } from '../examples.mjs';

const update = (server) => server.updateCompany('comp_acme', { credit_balances: { seats: 11 } });
const setFlag = (server) => server.setFlag({ key: 'beta', default_value: true });

/** @type {import('../case.mjs').Case} */
export const nodeEsm = {
  name: 'example-node-esm',
  version: '-',
  projects: [example('node-esm')],
  targets: [
    {
      checks: [
        starts(/(Company comp_acme: changed)/),
        tells(['index.js'], [/(company: comp_acme)/, /Company comp_acme: changed/], update),
      ],
    },
  ],
};

/** @type {import('../case.mjs').Case} */
export const nodeCjs = {
  name: 'example-node-cjs',
  version: '-',
  projects: [example('node-cjs')],
  targets: [
    {
      checks: [
        starts(/(full rulesengine\.Flags)/),
        tells(['index.cjs'], [/(full rulesengine\.Flags)/, /full rulesengine\.Flag\n/], setFlag),
      ],
    },
  ],
};

/** @type {import('../case.mjs').Case} */
export const testingWithJest = {
  name: 'example-testing-with-jest',
  projects: [example('testing-with-jest')],
  targets: [{ package: 'jest', checks: [passesTests()] }],
};

/** @type {import('../case.mjs').Case} */
export const openTelemetry = {
  name: 'example-opentelemetry',
  projects: [example('opentelemetry')],
  targets: [
    { package: '@opentelemetry/sdk-metrics', checks: [passesTests(), starts(/(datastream\.connection\.state)/)] },
  ],
};
