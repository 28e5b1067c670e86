import { inspect } from 'node:util';
import { DatastreamStore, InvalidOptionError, type StoreChange } from '../../src';
import { outcome, settled } from '../support/fake-client';
import { fakeStore } from '../support/fake-store';

describe('version', () => {
  test('grows with each change, and whoever subscribed hears once of those that come together', () => {
    const world = fakeStore();
    const heard: number[] = [];
    const unsubscribe = world.store.subscribe(() => heard.push(world.store.version));
    world.connect('a', 'b');
    expect(heard).toEqual([3]); // two flags, and no longer stale
    world.flags(['a', 'b']);
    expect(heard).toHaveLength(1);
    unsubscribe();
    world.flags([]);
    expect([heard.length, world.store.version]).toEqual([1, 5]);
  });

  test('comes after the changes, which come when all of them can be read', () => {
    const world = fakeStore();
    const order: unknown[] = [];
    world.store.on('change', ({ id }) => order.push([id, [...world.store.flags.keys()]]));
    world.store.on('version', (version) => order.push(version));
    world.connect('a', 'b');
    expect(order).toEqual([['a', ['a', 'b']], ['b', ['a', 'b']], 3]);
  });

  test('grows with a loss', () => {
    const world = fakeStore();
    world.connect();
    const before = world.store.version;
    world.platform.socket.drop();
    expect(world.store.version).toBeGreaterThan(before);
  });
});

describe('changes that a listener makes', () => {
  test('are announced after those that it is told of', () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.store.once('change', () => world.store.forget({ id: 'co_1' }));
    const order: string[] = [];
    world.store.on('change', ({ id }) => order.push(id));
    world.flags(['a', 'b']);
    expect(order).toEqual(['a', 'b', 'co_1']);
  });

  test('by closing end the announcement', () => {
    const world = fakeStore();
    world.accept();
    world.store.once('change', () => void world.store.close());
    world.flags(['a', 'b']);
    expect(world.changes.map(({ id }) => id)).toEqual(['a']);
  });

  test.each(['change', 'version', 'ready'] as const)(
    'by closing, told of by "%s", are followed by nothing',
    async (type) => {
      const world = fakeStore();
      let isClosed = false;
      const late: unknown[] = [];
      const listen = () => {
        world.store.on('change', ({ id }) => isClosed && late.push(id));
        world.store.on('version', (version) => isClosed && late.push(version));
      };
      listen();
      world.store.once(type, () => {
        void world.store.close();
        isClosed = true;
      });
      listen();
      world.connect('a', 'b');
      await settled();
      expect([isClosed, late, world.store.stale]).toEqual([true, [], true]);
    },
  );

  test('by closing are told of before that: version grows for the last time while it is stale', () => {
    const world = fakeStore();
    world.connect();
    const heard: [number, boolean][] = [];
    world.store.subscribe(() => heard.push([world.store.version, world.store.stale]));
    world.store.once('change', () => void world.store.close());
    world.flags(['a']);
    expect(heard).toEqual([[world.store.version, true]]);
  });
});

test('a listener that throws is reported, and keeps nobody from hearing', () => {
  const world = fakeStore();
  world.store.on('change', () => {
    throw new Error('mine');
  });
  const heard: string[] = [];
  world.store.on('change', ({ id }) => heard.push(id));
  world.connect('a');
  expect(heard).toEqual(['a']);
  expect(world.errors).toMatchObject([{ code: 'LISTENER_FAILED', cause: { message: 'mine' } }]);
});

test('events of the client are heard on the store, once and until off', () => {
  const world = fakeStore();
  const states: string[] = [];
  const listener = ({ status }: { status: string }) => states.push(status);
  world.store.on('state', listener);
  world.store.once('ready', listener);
  world.accept();
  world.store.off('state', listener);
  world.platform.socket.drop();
  expect(states).toEqual(['connecting', 'initializing']);
});

describe('changes()', () => {
  const ids = (changes: StoreChange[]) => changes.map(({ id }) => id);

  test('is read one by one, and ends with the client', async () => {
    const world = fakeStore();
    const reader = world.store.changes();
    const first = reader.next();
    world.connect('a', 'b');
    expect(await first).toMatchObject({ value: { id: 'a' } });
    await world.close();
    const rest: StoreChange[] = [];
    for await (const change of reader) rest.push(change);
    expect(ids(rest)).toEqual(['b']);
    expect(await world.store.changes().next()).toEqual({ value: undefined, done: true });
  });

  test('keeps the latest of each entity, changed from what was read last, for a slow reader', async () => {
    const world = fakeStore();
    world.connect();
    const reader = world.store.changes();
    world.company('co_1', { plan_ids: ['1'] });
    world.company('co_2');
    world.company('co_1', { plan_ids: ['2'] });
    world.aboutCompany('delete', 'co_2');
    expect(await reader.next()).toMatchObject({
      value: { id: 'co_1', previous: undefined, current: { plan_ids: ['2'] } },
    });
    expect(await outcome(reader.next())).toBe('pending');
  });

  test('lets go when its reader does', async () => {
    const world = fakeStore();
    world.connect();
    const reader = world.store.changes();
    const waiting = reader.next();
    await reader.return?.();
    world.flags(['a']);
    expect([await waiting, await reader.next()]).toMatchObject([{ done: true }, { done: true }]);
  });
});

describe('forget()', () => {
  test('tells the server, and takes nothing more of it on this connection, unless it is asked for again', async () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.store.forget({ slug: 'CO_1' });
    expect(world.asked().at(-1)).toEqual({
      action: 'stop',
      entity_type: 'rulesengine.Company',
      keys: { id: 'co_1' },
    });
    expect(world.changes.at(-1)).toMatchObject({ id: 'co_1', current: undefined });
    world.company('co_1');
    world.aboutCompany('partial', 'co_1', { plan_ids: [] });
    expect(world.store.peekCompany({ id: 'co_1' })).toBeUndefined();
    const asked = world.store.company({ slug: 'co_1' });
    world.company('co_1');
    expect(await outcome(asked)).toMatchObject({ id: 'co_1' });
  });

  test('leaves nothing to ask for on the next connection', () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.store.forget({ id: 'co_1' });
    world.reconnect();
    expect(world.asked()).toHaveLength(1);
  });

  test('of what is not held does nothing', () => {
    const world = fakeStore();
    world.connect();
    world.store.forget({ id: 'co_1' });
    expect([world.asked().length, world.changes]).toEqual([1, []]);
  });
});

describe('snapshot()', () => {
  test('starts another store, which is stale until the server confirms it and then says only what is new', async () => {
    const first = fakeStore();
    first.connect('a', 'b');
    first.company('co_1');
    first.user('user_1');
    const initial = JSON.parse(JSON.stringify(first.store.snapshot())) as ReturnType<typeof first.store.snapshot>;

    const world = fakeStore({ initial });
    expect([world.store.stale, world.store.version, world.changes]).toEqual([true, 0, []]);
    const held = [
      world.store.flag('a'),
      world.store.peekCompany({ slug: 'co_1' }),
      world.store.peekUser({ id: 'user_1' }),
    ];
    expect(held).toMatchObject([{ key: 'a' }, { id: 'co_1' }, { id: 'user_1' }]);
    world.connect('a');
    world.company('co_1');
    world.user('user_1');
    await world.store.ready();
    expect([world.store.stale, world.changed()]).toEqual([false, ['b']]);
    expect(world.store.flag('a')).toBe(held[0]);
  });
});

describe('evaluate', () => {
  test('asks the engine of the user, with what is held', () => {
    const evaluate = jest.fn(() => 'on');
    const world = fakeStore({ evaluate });
    world.connect('a');
    world.company('co_1');
    expect(world.store.evaluate('A', { company: { slug: 'co_1' }, user: { id: 'none' } })).toBe('on');
    expect(evaluate).toHaveBeenCalledWith(world.store.flag('a'), world.store.peekCompany({ id: 'co_1' }), undefined);
    expect(world.store.evaluate('none')).toBeUndefined();
  });

  test('is refused without an engine: the store evaluates nothing', () => {
    const world = fakeStore();
    world.connect('a');
    expect(() => world.store.evaluate('a')).toThrow(InvalidOptionError);
  });
});

const OPTIONS = { url: 'wss://example.com/datastream', apiKey: 'secret' };

test.each<[string, object]>([
  ['url', { url: 'ftp://x' }],
  ['requestTimeout', { requestTimeout: 0 }],
  ['requestTimeout', { requestTimeout: 2 ** 31 }],
  ['pageSize', { pageSize: 1.5 }],
  ['evaluate', { evaluate: true }],
  ['initial', { initial: { flags: [{}], companies: [], users: [] } }],
  ['initial', { initial: 1 }],
  ['initial', { initial: null }],
  ['initial', { initial: 0 }],
  ['initial', { initial: { flags: [], companies: [], users: [null] } }],
  ['initial', { initial: { flags: [], companies: [] } }],
  ['platform', { platform: null }],
  ['connectionReadyHandler', { connectionReadyHandler: 'x' }],
])('refuses a wrong %s by its name: %j', (option, wrong) => {
  expect(() => new DatastreamStore({ ...OPTIONS, ...wrong })).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', option }) as Error,
  );
});

test('shows neither its key nor what it holds', () => {
  const world = fakeStore({ apiKey: 'secret' });
  world.connect();
  world.company('co_1', { keys: { email: 'private' } });
  expect(JSON.stringify(world.store) + inspect(world.store, { depth: 9 })).not.toMatch(/secret|private/);
});

test('options may be inherited, be frozen, and look at themselves, as those of the client', () => {
  class Options {
    readonly #pageSize = 7;
    readonly url = OPTIONS.url;
    get apiKey() {
      return `inherited-${this.#pageSize}`;
    }
    get pageSize() {
      return this.#pageSize;
    }
    get pongTimeout() {
      return this.#pageSize * 1_000;
    }
  }
  const { platform, clock } = fakeStore();
  const readied = jest.fn();
  const own = { platform, connectionReadyHandler: readied, evaluate: () => 'on' };
  const store = new DatastreamStore<unknown>(Object.freeze(Object.assign(new Options(), own)));
  store.start();
  platform.socket.accept();
  expect(platform.socket.request.headers).toMatchObject({ 'X-Schematic-Api-Key': 'inherited-7' });
  expect(platform.socket.sent).toEqual([expect.stringContaining('"page_size":7')]);
  clock.advance(7_000);
  expect(store.client.state).toMatchObject({ error: { code: 'PONG_TIMEOUT' } });
});

test('is closed at the end of an "await using" block', async () => {
  let outer: DatastreamStore | undefined;
  {
    await using store = new DatastreamStore(OPTIONS);
    outer = store;
  }
  expect(outer.client.state).toEqual({ status: 'closed' });
});
