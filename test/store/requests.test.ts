import { DatastreamError, type Keys } from '../../src';
import { outcome, settled } from '../support/fake-client';
import { fakeStore } from '../support/fake-store';

const companyRequests = (store: ReturnType<typeof fakeStore>) =>
  store.asked().filter(({ entity_type }) => entity_type === 'rulesengine.Company');

describe('a company that is asked for', () => {
  test('is asked for once, whoever asks by one of its keys, in any case', async () => {
    const world = fakeStore();
    world.connect();
    const keys: Keys[] = [{ slug: 'acme' }, { slug: 'ACME' }, { slug: 'acme', crm: '7' }];
    const asked = keys.map((keys) => world.store.company(keys));
    expect(companyRequests(world)).toEqual([
      { action: 'start', entity_type: 'rulesengine.Company', keys: { slug: 'acme' } },
    ]);
    world.company('co_1', { keys: { slug: 'acme', crm: '7' } });
    const [first, ...others] = await Promise.all(asked);
    expect(first).toMatchObject({ id: 'co_1' });
    expect(others).toEqual([first, first]);
    expect(world.store.peekCompany({ crm: '7' })).toBe(first);
  });

  test('is answered from memory from then on', async () => {
    const world = fakeStore();
    world.connect();
    const asked = world.store.company({ slug: 'co_1' });
    world.company('co_1');
    expect(await world.store.company({ id: 'co_1' })).toBe(await asked);
    expect(companyRequests(world)).toHaveLength(1);
  });

  test('arrives also by a partial that brings its key', async () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    const asked = world.store.company({ crm: '7' });
    world.aboutCompany('partial', 'co_1', { keys: { crm: '7' } });
    expect(await outcome(asked)).toMatchObject({ keys: { slug: 'co_1', crm: '7' } });
  });

  test('is not a user by the same keys', async () => {
    const world = fakeStore();
    world.connect();
    const asked = world.store.company({ slug: 'x' });
    world.user('user_1', { keys: { slug: 'x' } });
    expect(await outcome(asked)).toBe('pending');
  });

  test('waits for the connection, and is then asked for', async () => {
    const world = fakeStore();
    const asked = world.store.company({ slug: 'co_1' });
    world.connect();
    expect(companyRequests(world)).toHaveLength(1);
    world.company('co_1');
    expect(await outcome(asked)).toMatchObject({ id: 'co_1' });
  });
});

type World = ReturnType<typeof fakeStore>;

describe('a request fails', () => {
  test.each<[string, (world: World, abort: () => void) => void]>([
    ['NOT_FOUND', (world) => world.refuse({ slug: 'Acme', crm: 'mine' })],
    ['REQUEST_TIMEOUT', (world) => world.clock.advance(10_000)],
    ['CONNECTION_CLOSED', (world) => world.platform.socket.drop()],
    ['CLIENT_CLOSED', (world) => void world.store.close()],
    ['ABORTED', (_, abort) => abort()],
    ['KEY_CONFLICT', (world) => world.company('co_1', { keys: { slug: 'acme', crm: 'other' } })],
  ])('with %s, and leaves nothing pending', async (code, end) => {
    const world = fakeStore();
    world.connect();
    const controller = new AbortController();
    const asked = world.store.company({ slug: 'acme', crm: 'mine' }, { signal: controller.signal });
    end(world, () => controller.abort());
    const error = await outcome(asked);
    expect(error).toBeInstanceOf(DatastreamError);
    expect(error).toMatchObject({ code });
    await settled();
    // Neither timers nor the requests that the next caller could join.
    await world.close();
    expect(world.clock.timers).toBe(0);
  });

  test('and a second one by any of its keys is asked again', async () => {
    const world = fakeStore();
    world.connect();
    const asked = world.store.company({ slug: 'a', crm: 'b' });
    world.refuse({ slug: 'a', crm: 'b' });
    expect(await outcome(asked)).toMatchObject({ code: 'NOT_FOUND' });
    void world.store.company({ slug: 'a' });
    void world.store.company({ crm: 'b' });
    expect(companyRequests(world)).toHaveLength(3);
  });

  test('for one caller alone, when that one gives up', async () => {
    const world = fakeStore();
    world.connect();
    const controller = new AbortController();
    const [leaving, staying] = [controller.signal, undefined].map((signal) =>
      world.store.company({ slug: 'co_1' }, { signal }),
    );
    controller.abort();
    expect(await outcome(leaving as Promise<unknown>)).toMatchObject({ code: 'ABORTED' });
    world.company('co_1');
    expect(await outcome(staying as Promise<unknown>)).toMatchObject({ id: 'co_1' });
    expect(companyRequests(world)).toHaveLength(1);
  });

  test.each([
    ['when its signal has aborted already', { slug: 'co_1' }, { signal: AbortSignal.abort() }, 'ABORTED'],
    ['without keys', {}, {}, 'INVALID_OPTION'],
  ])('at once %s', async (_, keys, options, code) => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    expect(await outcome(world.store.company(keys as { slug: string }, options))).toMatchObject({ code });
    expect(companyRequests(world)).toEqual([]);
  });

  test('in time also without a connection', async () => {
    const world = fakeStore({ requestTimeout: 500 });
    world.store.start();
    const asked = world.store.company({ slug: 'acme' });
    world.platform.socket.drop();
    expect(await outcome(asked)).toBe('pending');
    world.clock.advance(500);
    expect(await outcome(asked)).toMatchObject({
      code: 'REQUEST_TIMEOUT',
      message: 'No answer in time for {"slug":"acme"}',
    });
  });

  test('when the store is closed, unless it is held', async () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    await world.close();
    expect(await outcome(world.store.company({ slug: 'other' }))).toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(await outcome(world.store.company({ slug: 'co_1' }))).toMatchObject({ id: 'co_1' });
  });

  test('when two keys name different companies that are held', async () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.company('co_2');
    const keys = { slug: 'co_1', id: 'co_2' };
    expect(await outcome(world.store.company(keys))).toMatchObject({ code: 'KEY_CONFLICT' });
    expect([world.store.peekCompany(keys), companyRequests(world)]).toEqual([undefined, []]);
  });

  test('without bothering those who did not wait for it', async () => {
    const world = fakeStore();
    world.connect();
    void world.store.company({ slug: 'acme' });
    world.refuse({ slug: 'acme' });
    // An unhandled rejection would end the test run.
    await settled();
    expect(world.errors).toEqual([]);
  });
});
