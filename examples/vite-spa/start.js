// A development server with data of its own, and Vite beside it: one command, nothing to set up.
import { DatastreamServer } from 'schematic-datastream-ws/testing';
import { createServer } from 'vite';

const datastream = await DatastreamServer.start({
  apiKeys: ['development'],
  flags: [{ key: 'beta', default_value: false }],
  companies: [{ id: 'comp_acme', keys: { slug: 'acme' }, traits: [], credit_balances: { seats: 12 } }],
  users: [{ id: 'user_ada', keys: { email: 'ada@acme.example' }, traits: [] }],
});
let seats = 12;
setInterval(() => {
  datastream.updateCompany('comp_acme', { credit_balances: { seats: --seats } });
  datastream.setFlag({ key: 'beta', default_value: seats % 2 === 0 });
}, 2_000);

const vite = await createServer({
  server: { host: '127.0.0.1' },
  define: { __DATASTREAM__: JSON.stringify(datastream.url) },
});
await vite.listen();
vite.printUrls();
