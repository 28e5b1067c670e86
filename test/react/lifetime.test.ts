import { DatastreamStore } from '../../src';
import { hold } from '../../src/react/lifetime';
import { FakePlatform } from '../../src/testing';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const platform = new FakePlatform();
  const store = new DatastreamStore({ url: 'ws://localhost/', apiKey: 'key', platform });
  return { platform, store, status: () => store.client.state.status };
}

describe('a store that providers hold', () => {
  it('is opened by the first and closed after the last', async () => {
    const { store, status } = setUp();
    const first = hold(store);
    const second = hold(store);
    first();
    await turn();
    expect(status()).toBe('connecting');
    second();
    await turn();
    expect(status()).toBe('closed');
  });

  it('stays on one socket when it is let go and held again in one go, as StrictMode does', async () => {
    const { platform, store, status } = setUp();
    hold(store)();
    hold(store);
    await turn();
    expect(status()).toBe('connecting');
    expect(platform.sockets).toHaveLength(1);
  });

  it('is opened again by a provider that comes later', async () => {
    const { store, status } = setUp();
    hold(store)();
    await turn();
    hold(store);
    expect(status()).toBe('connecting');
  });

  it('stays open when the application has opened it', async () => {
    const { store, status } = setUp();
    store.start();
    hold(store)();
    await turn();
    expect(status()).toBe('connecting');
  });
});
