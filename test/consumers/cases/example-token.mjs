import assert from 'node:assert/strict';
import { example, withServer } from '../examples.mjs';
import { served } from '../served.mjs';

const PATIENCE = 30_000;

/** Starts the example against a server of the test. */
const withExample = (folder, play) =>
  withServer(folder, async (server) => {
    server.setCompany({ id: 'comp_globex', keys: { slug: 'globex' }, credit_balances: { seats: 99 } });
    const env = { SCHEMATIC_API_URL: server.url, SCHEMATIC_API_KEY: 'development', SESSION_SECRET: 'of the test' };
    const child = folder.startNpm(['start'], { env });
    const { address, close } = await served(child, child.stdout, /Open (\S+)\//);
    try {
      await play(server, address);
    } finally {
      close();
    }
  });

/** What comes of an attempt with this token. */
async function statusWith(folder, address, apiKey) {
  const { DatastreamClient, queryAuth } = await folder.import('schematic-datastream-ws');
  const auth = queryAuth({ name: 'token' });
  const client = new DatastreamClient({ url: address, apiKey, auth, messageHandler: () => undefined });
  client.on('error', () => undefined);
  client.start();
  try {
    await client.ready();
    // A token that is refused is told right after the connection was accepted.
    await new Promise((resolve) => client.once('closed', resolve));
    return client.state.error.code;
  } catch ({ code }) {
    return code;
  } finally {
    await client.close();
  }
}

/** @type {import('../checks.mjs').Check} */
const tokens = {
  column: 'runs in',
  where: 'Node',
  name: 'npm start starts it, and it gives tokens to those who are logged in, and lets nobody in with another or an old one',
  run: ({ folder }) =>
    withExample(folder, async (server, address) => {
      const stranger = await globalThis.fetch(`${address}/datastream-token`, { method: 'POST' });
      assert.equal(stranger.status, 401, 'without a session');
      await stranger.text();

      const { issueToken, readToken } = await folder.import('./tokens.js');
      assert.equal(readToken(issueToken('acme', 'a'), 'a'), 'acme');
      assert.equal(readToken(issueToken('acme', 'a'), 'b'), undefined, 'signed by somebody else');
      const old = issueToken('acme', 'of the test', Date.now() - 61_000);
      assert.equal(readToken(old, 'of the test'), undefined, 'an old one');
      assert.equal(await statusWith(folder, address, old), 'UNAUTHORIZED', 'with an old one');
      assert.equal(await statusWith(folder, address, 'none.at.all'), 'UNAUTHORIZED', 'with none of ours');
      assert.equal(server.upgrades.length, 0, 'connections to the datastream so far');
    }),
};

/** @type {import('../checks.mjs').Check} */
const page = {
  column: 'runs in',
  where: 'Chromium',
  name: 'a page sees its own company and no other, through a restart of the server, without the secret key',
  run: ({ folder, chromium }) =>
    withExample(folder, (server, address) =>
      chromium.visit(`${address}/`, async (tab) => {
        const shows = (id, text) =>
          tab.waitForFunction(
            ([name, wanted]) => globalThis.document.getElementById(name)?.textContent === wanted,
            [id, text],
            { timeout: PATIENCE },
          );
        await shows('seats', '12');
        await shows('others', 'NOT_FOUND');
        assert.equal(server.upgrades[0].apiKey, 'development', 'the key that the datastream sees');

        await server.restart();
        server.updateCompany('comp_acme', { credit_balances: { seats: 11 } });
        await shows('seats', '11');
        await shows('status', 'ready');
        const asked = server.connections.flatMap(({ requests }) => requests.map(({ keys }) => keys?.slug));
        assert.ok(!asked.includes('globex'), 'what the datastream was asked for');
      }),
    ),
};

/** @type {import('../case.mjs').Case} */
export default {
  name: 'example-short-lived-token',
  projects: [example('short-lived-token')],
  targets: [{ package: 'express', checks: [tokens, page] }],
};
