import assert from 'node:assert/strict';
import { once } from 'node:events';
import { served } from './served.mjs';

const PATIENCE = 30_000;
const EXIT_PATIENCE = 5_000;

/** An example of examples/, as a project whose files are copied. */
export const example = (name) => `../../../examples/${name}`;

/** The server of the tarball with what the examples look at, for as long as `play` takes. */
export async function withServer(folder, play) {
  const { DatastreamServer } = await folder.import('schematic-datastream-ws/testing');
  const server = await DatastreamServer.start({
    apiKeys: ['development'],
    flags: [{ key: 'beta', default_value: false }],
    companies: [{ id: 'comp_acme', keys: { slug: 'acme' }, credit_balances: { seats: 12 } }],
    users: [{ id: 'user_ada', keys: { email: 'ada@acme.example' } }],
  });
  try {
    return await play(server);
  } finally {
    await server.stop();
  }
}

/** What its README says starts it, and goes on telling. @returns {import('./checks.mjs').Check} */
export const starts = (line) => ({
  column: 'runs in',
  where: 'Node',
  name: 'npm start starts it',
  run: async ({ folder }) => {
    const child = folder.startNpm(['start']);
    const { close } = await served(child, child.stdout, line);
    close();
  },
});

/** What its README says starts it tells an address, where a page has a connection. @returns {import('./checks.mjs').Check} */
export const startsPage = () => ({
  column: 'runs in',
  where: 'Chromium',
  name: 'npm start serves a page that is connected',
  run: async ({ folder, chromium }) => {
    const child = folder.startNpm(['start']);
    const { address, close } = await served(child, child.stdout, /(http:\S+\/\S*)\s/);
    try {
      await chromium.visit(address, (page) =>
        page.waitForFunction(() => globalThis.document.getElementById('status')?.textContent === 'ready', undefined, {
          timeout: PATIENCE,
        }),
      );
    } finally {
      close();
    }
  },
});

/** Its own tests. @returns {import('./checks.mjs').Check} */
export const passesTests = () => ({
  column: 'runs in',
  where: 'Node',
  name: 'npm test passes',
  run: async ({ folder }) => void (await folder.npm(['test'])),
});

/** A page shows what changes, through a restart of the server. @returns {import('./checks.mjs').Check} */
export const showsChanges = (path, { before, after }) => ({
  column: 'runs in',
  where: 'Chromium',
  name: 'it shows what changes, through a restart of the server, on one connection at a time',
  run: ({ folder, chromium, site }) =>
    withServer(folder, (server) =>
      chromium.visit(`${site.url}/${path}?server=${encodeURIComponent(server.url)}`, async (page) => {
        const shows = (id, text) =>
          page.waitForFunction(
            ([name, wanted]) => globalThis.document.getElementById(name)?.textContent === wanted,
            [id, text],
            { timeout: PATIENCE },
          );
        await shows('status', 'ready');
        for (const [id, text] of Object.entries(before)) await shows(id, text);
        assert.equal(server.upgrades.length, 1, 'the connections so far');

        await server.restart();
        server.updateCompany('comp_acme', { credit_balances: { seats: 11 } });
        server.setFlag({ key: 'beta', default_value: true });
        for (const [id, text] of Object.entries(after)) await shows(id, text);
        await shows('status', 'ready');
      }),
    ),
});

/** A program tells these lines, one after the other, and ends by itself on SIGTERM. @returns {import('./checks.mjs').Check} */
export const tells = (args, lines, change) => ({
  column: 'runs in',
  where: 'Node',
  name: 'it tells what changes, and ends on SIGTERM',
  run: ({ folder }) =>
    withServer(folder, async (server) => {
      const env = { SCHEMATIC_API_URL: server.url, SCHEMATIC_API_KEY: 'development' };
      const child = folder.start('node', args, { env });
      const ended = once(child, 'close');
      const { close } = await served(child, child.stdout, lines[0]);
      try {
        let told = '';
        child.stdout.on('data', (text) => (told += text));
        change(server);
        while (!lines[1].test(told)) await Promise.race([once(child.stdout, 'data'), failOn(ended)]);
        child.kill('SIGTERM');
        const timer = globalThis.AbortSignal.timeout(EXIT_PATIENCE);
        const [code] = await Promise.race([ended, once(timer, 'abort').then(() => ['still running'])]);
        assert.equal(code, 0, 'the exit code');
      } finally {
        close();
      }
    }),
});

const failOn = (ended) => ended.then(([code]) => Promise.reject(new Error(`It ended with status ${code}`)));
