import type { Keys } from '../../src';
import { outcome, settled } from '../support/fake-client';
import { fakeStore } from '../support/fake-store';

const A: Keys = { slug: 'a' };

/** A store that holds the company co_1, asked for by each of its keys, and the flag a. */
async function holding(options: Parameters<typeof fakeStore>[0] = {}, keys: Keys = A) {
  const world = fakeStore(options);
  world.connect('a');
  const asked = Object.entries(keys).map((entry) => world.store.company(Object.fromEntries([entry])));
  world.company('co_1', { keys });
  await Promise.all(asked);
  world.changes.length = 0;
  return world;
}

/** The same once the server, after a loss, knows nothing by all of its keys, so that each is tried. */
async function searching() {
  const world = await holding({}, { slug: 'a', crm: '1' });
  world.reconnect();
  world.flags(['a']);
  world.refuse({ slug: 'a', crm: '1' });
  await settled();
  return world;
}

describe('an entity that is never answered again', () => {
  test.each([{ readyTimeout: 5_000 }, { requestTimeout: 30_000 }, { requestTimeout: 60_000 }])(
    'does not keep the connection from being ready with %j',
    async (options) => {
      const world = await holding(options);
      world.reconnect();
      world.flags(['a']);
      await settled();
      // Half at a time, since the clock outruns promises.
      for (let half = 0; half < 2; half++) {
        world.clock.advance((options.readyTimeout ?? 30_000) / 2);
        await settled();
      }
      expect([world.store.client.state.status, world.store.stale]).toEqual(['ready', true]);
      expect(world.store.peekCompany(A)).toBeDefined();
    },
  );

  test('does not take the place from flags that are fresh', async () => {
    const world = await holding();
    world.reconnect();
    world.flags(['a']);
    world.flag('a', { default_value: true }, '10-0');
    world.clock.advance(10_000);
    world.flag('a', { default_value: false }, '9-0');
    expect(world.store.flag('a')?.default_value).toBe(true);
    world.reconnect();
    expect(world.asked()[0]).toMatchObject({ replay_from: '10-0' });
  });

  test('is asked for again, too, when it was given up before and wanted again', async () => {
    const world = await holding();
    world.store.forget(A);
    const asked = world.store.company(A);
    world.company('co_1', { keys: A });
    await asked;
    const before = world.asked().length;
    world.clock.advance(10_000);
    expect(world.asked().slice(before)).toMatchObject([{ keys: A }]);
  });
});

describe('what the store asks by itself', () => {
  test('is not asked on, nor drawn conclusions from, once it is closed', async () => {
    const world = await searching();
    world.refuse(A);
    void world.close();
    const { version } = world.store;
    await settled();
    expect([world.store.version, world.clock.timers, world.changed()]).toEqual([version, 0, []]);
    expect(world.store.peekCompany(A)).toBeDefined();
  });

  test('does not bring back what was given up meanwhile', async () => {
    const world = await searching();
    world.store.forget(A);
    world.company('co_1', { keys: A });
    await settled();
    expect([world.store.peekCompany(A), world.store.stale]).toEqual([undefined, false]);
    expect(world.asked().at(-1)).toMatchObject({ action: 'stop', keys: { id: 'co_1' } });
  });

  test('forgets in time what was given up, however much that is', async () => {
    const world = await holding();
    for (let n = 0; n < 1_002; n++) {
      world.user(`user_${n}`);
      world.store.forget({ id: `user_${n}` });
    }
    world.user('user_1001'); // still on its way when it was given up
    world.user('user_0'); // long after
    expect(world.store.peekUser({ id: 'user_1001' })).toBeUndefined();
    expect(world.store.peekUser({ id: 'user_0' })).toBeDefined();
  });
});

describe('keys that are no text', () => {
  const odd = { slug: 'a', none: null, number: 7, big: 1n } as unknown as Keys;

  test('are not asked for', async () => {
    const world = fakeStore();
    world.connect();
    const asked = world.store.company(odd);
    expect(world.asked().at(-1)).toEqual({ action: 'start', entity_type: 'rulesengine.Company', keys: A });
    world.clock.advance(10_000);
    expect(await outcome(asked)).toMatchObject({ code: 'REQUEST_TIMEOUT' });
  });

  test('do not keep an entity that is gone', async () => {
    const world = await holding();
    await world.store.company(odd);
    world.reconnect();
    world.flags(['a']);
    world.refuse(A);
    await settled();
    world.refuse(A);
    await settled();
    expect([world.store.peekCompany(A), world.store.stale]).toEqual([undefined, false]);
  });

  test.each([{ slug: 7 }, ['a'], 'abc'])('as an entity has them (%j) are not asked for, but its id', (keys) => {
    const world = fakeStore();
    world.connect();
    world.company('co_1', { keys });
    world.reconnect();
    expect(world.asked().at(-1)).toMatchObject({ keys: { id: 'co_1' } });
  });
});

describe('in a listener of the client', () => {
  test('a store that is closed and started again waits with what is asked then', async () => {
    const world = await holding();
    let asked: Promise<unknown> | undefined;
    world.store.once('waiting', () => {
      void world.store.close();
      world.store.start();
      asked = world.store.company({ slug: 'x' });
    });
    world.platform.socket.drop();
    world.platform.socket.accept();
    world.company('co_x', { keys: { slug: 'x' } });
    expect(await asked).toMatchObject({ id: 'co_x' });
  });

  test('a store is stale when it hears of the loss', async () => {
    const world = await holding();
    const stale: boolean[] = [];
    world.store.on('error', () => stale.push(world.store.stale));
    world.platform.socket.drop();
    expect(stale).toEqual([true]);
  });
});

describe('a question whose answer is lost', () => {
  test('is sent again for callers who come one after the other', async () => {
    const world = fakeStore();
    world.connect();
    const first = world.store.company(A);
    world.clock.advance(6_000);
    const second = world.store.company(A);
    world.clock.advance(4_000);
    const others = [world.store.company(A), world.store.company(A)];
    expect(world.asked().filter(({ keys }) => keys)).toHaveLength(2);
    world.company('co_1', { keys: A });
    expect(await outcome(first)).toMatchObject({ code: 'REQUEST_TIMEOUT' });
    for (const asked of [second, ...others]) expect(await asked).toMatchObject({ id: 'co_1' });
  });

  test('with its connection is not joined by who hears of the loss', async () => {
    const world = fakeStore();
    world.connect();
    const lost = world.store.company(A);
    let asked: Promise<unknown> | undefined;
    world.store.on('error', () => {
      asked = world.store.company(A);
    });
    world.platform.socket.drop();
    world.clock.advance(5_000);
    world.platform.socket.accept();
    world.flags([]);
    world.company('co_1', { keys: A });
    expect(await outcome(lost)).toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(await asked).toMatchObject({ id: 'co_1' });
  });
});

describe('a message with something empty or twice', () => {
  test('names nobody with an empty id that is held', async () => {
    const world = fakeStore();
    world.connect();
    world.company('', { keys: { slug: 'odd' } });
    expect(world.store.peekCompany({ slug: 'nobody' })).toBeUndefined();
    world.aboutCompany('delete', null, null);
    expect(world.store.peekCompany({ slug: 'odd' })).toBeDefined();
    const asked = world.store.company({ slug: 'nobody' });
    world.refuse({ slug: 'nobody' });
    expect(await outcome(asked)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is live without a place in the stream when its id is empty', () => {
    const world = fakeStore();
    world.connect('a');
    world.flag('b', {}, '');
    world.flag('c', {}, '');
    expect([...world.store.flags.keys()]).toEqual(['a', 'b', 'c']);
  });

  test.each([null, ''])('refuses what its envelope is about when it names %j', async (entity_type) => {
    const world = fakeStore();
    world.connect();
    const asked = world.store.company(A);
    world.deliver({
      data: { error: 'not found', entity_type, keys: A },
      entity_type: 'rulesengine.Company',
      message_type: 'error',
    });
    expect(await outcome(asked)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('deletes the company in its data when its entity_id is empty', async () => {
    const world = await holding();
    world.aboutCompany('delete', '', { id: 'co_1' });
    expect(world.changed()).toEqual(['co_1']);
  });

  test('deletes a flag by its id, and none that is called undefined', () => {
    const world = fakeStore();
    world.connect('undefined', 'a');
    world.deliver({ data: { id: 'flag_a' }, entity_type: 'rulesengine.Flag', message_type: 'delete' });
    expect([...world.store.flags.keys()]).toEqual(['undefined']);
  });

  test('changes nothing when it says the same again, with two flags of one key', () => {
    const world = fakeStore();
    world.connect();
    const set = () =>
      world.deliver({
        data: [
          { id: '1', key: 'a', default_value: false },
          { id: '2', key: 'a', default_value: true },
        ],
        entity_type: 'rulesengine.Flags',
        message_type: 'full',
      });
    set();
    world.changes.length = 0;
    set();
    expect([world.changed(), world.store.flag('a')?.id]).toEqual([[], '2']);
  });
});
