/** @jest-environment jsdom */
// In jsdom, without any network: the platform is a fake, and its clock moves by hand.
const { DatastreamStore } = require('schematic-datastream-ws');
const { FakePlatform } = require('schematic-datastream-ws/testing');
const { showBanner } = require('./banner.cjs');

it('is drawn into a page', async () => {
  const platform = new FakePlatform();
  const store = new DatastreamStore({ url: 'ws://localhost/', apiKey: 'test', platform });
  const element = document.body.appendChild(document.createElement('p'));
  showBanner(store, 'beta', element);
  expect(element.textContent).toBe('beta is unknown (may be old)');

  store.start();
  platform.socket.accept();
  platform.socket.deliver({
    entity_type: 'rulesengine.Flags',
    message_type: 'full',
    data: [{ key: 'beta', default_value: true }],
  });
  await store.ready();
  expect(element.textContent).toBe('beta is on by default');
  // Its promise waits for the server's side of the goodbye, which nobody speaks here.
  void store.close();
});
