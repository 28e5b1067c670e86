// The recommended way to use the datastream from a browser: a backend holds the secret key, follows the stream on one
// connection, and gives each page that has a session with it what that session may see: answers, no rules.
import { fileURLToPath } from 'node:url';
import express from 'express';
import session from 'express-session';
import { evaluate } from './rules-engine.js';

/** An app that serves flags from a `DatastreamStore`; the secret signs the cookies of its sessions. */
export function createRelay(store, secret) {
  const app = express();
  app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { httpOnly: true, sameSite: 'lax' } }));
  app.use(express.static(fileURLToPath(new URL('public', import.meta.url))));

  // Stands in for a real login, which knows whose user this is.
  app.post('/login/:company', (request, response) => {
    request.session.company = request.params.company;
    response.sendStatus(204);
  });

  // Server-sent events: every page reconnects to it by itself, and needs no library for that.
  app.get('/flags', async (request, response) => {
    const { company } = request.session;
    if (company === undefined) return response.sendStatus(401);
    const keys = { slug: company };
    // From here on the store follows the company, for all pages that look at it.
    await store.company(keys).catch(() => undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });

    let last;
    const tell = () => {
      const answers = [...store.flags.values()].map((flag) => [flag.key, evaluate(flag, store.peekCompany(keys))]);
      const text = JSON.stringify({ flags: Object.fromEntries(answers), stale: store.stale });
      if (text !== last) response.write(`data: ${text}\n\n`);
      last = text;
    };
    tell();
    request.once('close', store.subscribe(tell));
  });
  return app;
}
