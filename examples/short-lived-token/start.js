import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express from 'express';
import session from 'express-session';
import { createGateway } from './gateway.js';
import { source } from './source.js';
import { issueToken } from './tokens.js';

const { url, apiKey, stop } = await source();
const secret = process.env.SESSION_SECRET ?? randomBytes(32).toString('hex');

const app = express();
app.use(session({ secret, resave: false, saveUninitialized: false, cookie: { httpOnly: true, sameSite: 'lax' } }));
for (const folder of ['public', 'node_modules/schematic-datastream-ws/dist']) {
  app.use(express.static(fileURLToPath(new URL(folder, import.meta.url))));
}

// Stands in for a real login, which knows whose user this is.
app.post('/login/:company', (request, response) => {
  request.session.company = request.params.company;
  response.sendStatus(204);
});

app.post('/datastream-token', (request, response) => {
  const { company } = request.session;
  if (company === undefined) return response.sendStatus(401);
  response.set('cache-control', 'no-store').type('text').send(issueToken(company, secret));
});

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`Open http://127.0.0.1:${server.address().port}/`);
});
server.on('upgrade', createGateway({ url, apiKey, secret }));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    server.close();
    server.closeAllConnections();
    await stop();
    process.exit();
  });
}
