import assert from 'node:assert/strict';
import { example, withServer } from '../examples.mjs';
import { served } from '../served.mjs';

/** The events of a response, each decoded, as they come. */
async function* eventsOf(response) {
  let rest = '';
  for await (const text of response.body.pipeThrough(new globalThis.TextDecoderStream())) {
    const parts = (rest + text).split('\n\n');
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part.replace(/^data: /, ''));
  }
}

/** @type {import('../checks.mjs').Check} */
const relays = {
  column: 'runs in',
  where: 'Node',
  name: 'npm start starts it, and it gives answers to pages with a session, over one connection, and nothing to others',
  run: ({ folder }) =>
    withServer(folder, async (server) => {
      const env = { SCHEMATIC_API_URL: server.url, SCHEMATIC_API_KEY: 'development' };
      const child = folder.startNpm(['start'], { env });
      const { address, close } = await served(child, child.stdout, /Open (\S+)/);
      try {
        const stranger = await globalThis.fetch(`${address}flags`);
        assert.equal(stranger.status, 401, 'without a session');
        await stranger.text();

        const login = await globalThis.fetch(`${address}login/acme`, { method: 'POST' });
        const headers = { cookie: login.headers.get('set-cookie').split(';')[0] };
        const [first, second] = await Promise.all([1, 2].map(() => globalThis.fetch(`${address}flags`, { headers })));
        const [events, others] = [eventsOf(first), eventsOf(second)];
        assert.deepEqual((await events.next()).value, { flags: { beta: true }, stale: false });
        assert.deepEqual((await others.next()).value, { flags: { beta: true }, stale: false });

        server.updateCompany('comp_acme', { credit_balances: { seats: 0 } });
        assert.deepEqual((await events.next()).value, { flags: { beta: false }, stale: false });
        assert.equal(server.upgrades.length, 1, 'connections to the datastream');
      } finally {
        close();
      }
    }),
};

/** @type {import('../case.mjs').Case} */
export default {
  name: 'example-express-relay',
  projects: [example('express-relay')],
  targets: [{ package: 'express', checks: [relays] }],
};
