/* global document */
import assert from 'node:assert/strict';
import { noWs } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

const PATIENCE = 30_000;

/** examples/react, against a server whose every step the check takes itself. @type {import('../checks.mjs').Check} */
const followsInStrictMode = {
  column: 'runs in',
  where: 'Chromium',
  name: 'it shows what changes, through a restart of the server, on one connection in StrictMode',
  run: async ({ folder, chromium, site }) => {
    const { DatastreamServer } = await folder.import('schematic-datastream-ws/testing');
    const server = await DatastreamServer.start({
      apiKeys: ['development'],
      flags: [{ key: 'beta', default_value: false }],
      companies: [{ id: 'comp_acme', keys: { slug: 'acme' }, credit_balances: { seats: 12 } }],
      users: [{ id: 'user_ada', keys: { email: 'ada@acme.example' } }],
    });
    try {
      await chromium.visit(`${site.url}/dist/index.html?server=${encodeURIComponent(server.url)}`, async (page) => {
        const shows = (id, text) =>
          page.waitForFunction(([name, wanted]) => document.getElementById(name)?.textContent === wanted, [id, text], {
            timeout: PATIENCE,
          });
        await shows('status', 'ready');
        await shows('flag', 'false');
        await shows('seats-acme', '12');
        await shows('seats-nobody', 'NOT_FOUND');
        await shows('user', 'user_ada');
        assert.equal(server.upgrades.length, 1, 'StrictMode mounts twice, and that takes one connection');

        server.updateCompany('comp_acme', { credit_balances: { seats: 11 } });
        server.setFlag({ key: 'beta', default_value: true });
        await shows('seats-acme', '11');
        await shows('flag', 'true');

        await server.restart();
        server.updateCompany('comp_acme', { credit_balances: { seats: 10 } });
        await shows('seats-acme', '10');
        await shows('status', 'ready');
      });
      return 'key in the query';
    } finally {
      await server.stop();
    }
  },
};

/** @type {import('../case.mjs').Case} */
export default {
  name: 'example-react',
  packages: { react: '^19.0.0', 'react-dom': '^19.0.0', vite: '^8.0.0' },
  projects: ['../../../examples/react'],
  targets: [
    {
      build: (folder) => folder.run('vite', ['build']),
      serve: staticSite,
      checks: [noWs('dist/assets'), followsInStrictMode],
    },
  ],
};
