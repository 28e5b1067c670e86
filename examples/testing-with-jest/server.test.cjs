// Against a server on loopback that speaks the real protocol, in Node.
const { DatastreamStore } = require('schematic-datastream-ws');
const { DatastreamServer } = require('schematic-datastream-ws/testing');
const { showBanner } = require('./banner.cjs');

let server;
let store;

beforeEach(async () => {
  server = await DatastreamServer.start({ flags: [{ key: 'beta', default_value: false }] });
  store = new DatastreamStore({ url: server.url, apiKey: 'test', minReconnectDelay: 10, maxReconnectDelay: 20 });
  store.start();
  await store.ready();
});

afterEach(async () => {
  await store.close();
  await server.stop();
});

/** The banner, as soon as it shows a text. */
const shown = (element, text) =>
  new Promise((resolve) => {
    const look = () => element.textContent === text && resolve(off());
    const off = store.subscribe(() => queueMicrotask(look));
    look();
  });

it('follows the flag', async () => {
  const element = { textContent: '' };
  showBanner(store, 'beta', element);
  server.setFlag({ key: 'beta', default_value: true });
  await shown(element, 'beta is on by default');
});

it('says so while the server is away, and recovers', async () => {
  const element = { textContent: '' };
  showBanner(store, 'beta', element);
  const away = shown(element, 'beta is off by default (may be old)');
  await server.restart();
  await away;
  await shown(element, 'beta is off by default');
});
