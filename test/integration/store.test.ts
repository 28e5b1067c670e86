import { DatastreamStore, type StoreChange } from '../../src';
import { DatastreamServer } from '../../src/testing';
import { sampleCompany, sampleFlag, sampleUser } from '../support/sample-data';
import { rejection } from '../support/watch';

let server: DatastreamServer;
let store: DatastreamStore;
beforeEach(async () => {
  server = await DatastreamServer.start({
    flags: [sampleFlag('beta'), sampleFlag('Gamma')],
    companies: [sampleCompany('co_1', { keys: { slug: 'acme' }, credit_balances: { credit_1: 100 } })],
    users: [sampleUser('user_1')],
  });
  store = new DatastreamStore({ url: server.url, apiKey: 'key', minReconnectDelay: 1, maxReconnectDelay: 2 });
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

/** The first change from now on that matches. */
function nextChange(matching: (change: StoreChange) => boolean = () => true): Promise<StoreChange> {
  return new Promise((resolve) => {
    const off = store.on('change', (change) => {
      if (!matching(change)) return;
      off();
      resolve(change);
    });
  });
}

test('holds all flags when it is ready, and is fresh', async () => {
  store.start();
  await store.ready();
  expect([...store.flags.keys(), store.stale]).toEqual(['beta', 'Gamma', false]);
});

test('follows a company from the first time that it is asked for', async () => {
  store.start();
  const company = await store.company({ slug: 'ACME' });
  const changed = nextChange();
  server.updateCompany('co_1', { credit_balances: { credit_1: 97 } });
  expect(await changed).toEqual({
    entityType: 'rulesengine.Company',
    id: 'co_1',
    previous: company,
    current: { ...company, credit_balances: { credit_1: 97 } },
  });
});

test('tells a caller at once that there is no such company', async () => {
  store.start();
  expect(await rejection(store.company({ slug: 'none' }))).toMatchObject({ code: 'NOT_FOUND' });
});

test('asks for everything again after a loss, and is ready when what changed and what went is told', async () => {
  store.start();
  await store.ready();
  await store.company({ slug: 'acme' });
  await store.user({ email: 'user_1@example.com' });
  const changes: StoreChange[] = [];
  store.on('change', (change) => changes.push(change));
  const stale = new Promise<boolean>((resolve) => store.once('waiting', () => resolve(store.stale)));
  void server.restart();
  expect(await stale).toBe(true);
  server.updateCompany('co_1', { plan_ids: ['plan_2'] });
  server.deleteUser('user_1');
  await store.ready();
  expect([store.stale, store.peekUser({ id: 'user_1' })]).toEqual([false, undefined]);
  expect(changes.map(({ id }) => id).sort()).toEqual(['co_1', 'user_1']);
});
