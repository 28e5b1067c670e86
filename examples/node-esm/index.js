// Follows the flags and one company, tells what changes, and ends cleanly when it is asked to.
import { DatastreamStore } from 'schematic-datastream-ws';
import { source } from './source.js';

const { url, apiKey, stop } = await source();
const store = new DatastreamStore({ url, apiKey });

store.on('change', ({ entityType, id, previous, current }) => {
  const what = previous === undefined ? 'new' : current === undefined ? 'gone' : 'changed';
  console.log(`${entityType} ${id}: ${what}`);
});
store.on('error', ({ code, message }) => console.error(`${code}: ${message}`));

store.start();
await store.ready();
console.log(`ready: ${store.flags.size} flags`);

const company = await store.company({ slug: 'acme' });
console.log(`company: ${company.id}`);

// A container is stopped with SIGTERM, a terminal with Ctrl-C.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await store.close();
    await stop();
  });
}
