import assert from 'node:assert/strict';
import { following } from '../datastream.mjs';

const jest = (folder, file, env) =>
  folder.run('jest', [file], { env: { NODE_OPTIONS: '--experimental-vm-modules', ...env } });

const passes = (column, name, file) => ({ column, name, run: async ({ folder }) => void (await jest(folder, file)) });

/** The tests of a page, in an environment that has the globals of one. @type {import('../case.mjs').Case} */
export default {
  name: 'jest-jsdom',
  packages: { jest: '30.5.2', 'jest-environment-jsdom': '30.5.2' },
  projects: ['shared', 'jest'],
  targets: [
    {
      checks: [
        passes('no ws', 'neither entry loads ws, and a control that does fails', 'no-ws.test.cjs'),
        {
          ...passes('runs in', 'a test drives the client with FakePlatform, as CommonJS', 'fakes.test.cjs'),
          where: 'CommonJS',
        },
        {
          ...passes('runs in', 'a test drives the client with FakePlatform, as an ES module', 'fakes.test.mjs'),
          where: 'ES module',
        },
        {
          column: 'runs in',
          where: 'WebSocket of jsdom',
          name: 'a test connects, receives and closes through the WebSocket of jsdom',
          run: ({ folder }) =>
            following(
              folder,
              async (server) => {
                await jest(folder, 'page.test.mjs', { DATASTREAM_URL: server });
                const outcome = JSON.parse(folder.read('outcome.json'));
                assert.equal(outcome.environment, 'jsdom');
                delete outcome.environment;
                return outcome;
              },
              { keyIn: 'the query' },
            ),
        },
      ],
    },
  ],
};
