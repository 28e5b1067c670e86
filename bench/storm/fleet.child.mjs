// A part of a real fleet: node fleet.child.mjs URL COUNT. Tells when all are connected, and again when all are back.
import { DatastreamClient } from '../../dist/index.js';

const [url, count] = process.argv.slice(2);
const clients = Array.from(
  { length: Number(count) },
  () => new DatastreamClient({ url, apiKey: 'key', messageHandler: () => undefined, maxReconnectAttempts: Infinity }),
);

const allReady = async (event) => {
  await Promise.all(clients.map((client) => client.ready()));
  process.send({ event });
};

for (const client of clients) client.start();
await allReady('connected');
process.once('message', async () => {
  await allReady('back');
  process.disconnect();
  await Promise.all(clients.map((client) => client.close()));
});
