import { randomBytes } from 'node:crypto';
import { DatastreamStore } from 'schematic-datastream-ws';
import { createRelay } from './relay.js';
import { source } from './source.js';

const { url, apiKey, stop } = await source();
const store = new DatastreamStore({ url, apiKey, maxReconnectAttempts: Infinity });
store.start();
await store.ready();

const secret = process.env.SESSION_SECRET ?? randomBytes(32).toString('hex');
const server = createRelay(store, secret).listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  console.log(`Open http://127.0.0.1:${server.address().port}/`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    server.close();
    server.closeAllConnections();
    await store.close();
    await stop();
  });
}
