import { sampleCompany, sampleFlag, sampleUser } from '../support/sample-data';
import type { Keys } from '../../src';
import { fakeStore } from '../support/fake-store';

const keys = (...each: Keys[]) => each;

describe('an entity', () => {
  test('that comes again as it is held is the same object, and no change', () => {
    const world = fakeStore();
    world.connect('beta');
    world.company('co_1', { traits: null });
    const before = [world.store.flag('beta'), world.store.peekCompany({ id: 'co_1' }), world.store.version];
    world.changes.length = 0;
    world.flags(['beta']);
    world.company('co_1', { traits: null });
    world.aboutCompany('partial', 'co_1', { traits: [], keys: { slug: 'co_1' } });
    expect([world.store.flag('beta'), world.store.peekCompany({ id: 'co_1' }), world.store.version]).toEqual(before);
    expect(world.store.peekCompany({ id: 'co_1' })).toBe(before[1]);
    expect(world.changes).toEqual([]);
  });

  test('that changes is a new object of which the unchanged parts are the old ones', () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1', { rules: [{ id: 'r' }] });
    const before = world.store.peekCompany({ id: 'co_1' });
    world.aboutCompany('partial', 'co_1', { credit_balances: { c: 1 } });
    const after = world.store.peekCompany({ id: 'co_1' });
    expect([after === before, after?.rules === before?.rules, before?.credit_balances]).toEqual([false, true, {}]);
    expect(world.changes.at(-1)).toEqual({
      entityType: 'rulesengine.Company',
      id: 'co_1',
      previous: before,
      current: after,
    });
  });

  test('keeps fields that nobody knows', () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1', { future: { deep: null } });
    expect(world.store.peekCompany({ id: 'co_1' })).toMatchObject({ future: { deep: null } });
  });

  test('is no more found by a key that it has lost, changed or given to another', () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1', { keys: { slug: 'a', crm: '1' } });
    world.company('co_1', { keys: { slug: 'b' } });
    const ids = () => keys({ slug: 'a' }, { crm: '1' }, { slug: 'b' }).map((each) => world.store.peekCompany(each)?.id);
    expect(ids()).toEqual([undefined, undefined, 'co_1']);
    world.company('co_2', { keys: { slug: 'b' } });
    expect(ids()).toEqual([undefined, undefined, 'co_2']);
    // What has taken the key keeps it when the other lets go of it.
    world.company('co_1', { keys: {} });
    expect([...ids(), world.store.peekCompany({ id: 'co_1' })?.id]).toEqual([undefined, undefined, 'co_2', 'co_1']);
  });

  test('that gets another id is no more found by its old one', () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.aboutCompany('partial', 'co_1', { id: 'co_2' });
    expect(keys({ id: 'co_1' }, { slug: 'co_1' }).map((each) => world.store.peekCompany(each)?.id)).toEqual([
      undefined,
      'co_2',
    ]);
  });

  test.each<[string, string | null, unknown]>([
    ['entity_id alone', 'co_1', undefined],
    ['entity_id, with null for data', 'co_1', null],
    ['data', null, sampleCompany('co_1')],
    ['a key alone', null, { keys: { slug: 'CO_1' } }],
    ['its id in another case', null, { id: 'CO_1' }],
  ])('is deleted by %s, with all its keys', (_, entityId, data) => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.aboutCompany('delete', entityId, data);
    expect(keys({ id: 'co_1' }, { slug: 'co_1' }).map((each) => world.store.peekCompany(each))).toEqual([
      undefined,
      undefined,
    ]);
    expect(world.changes.at(-1)).toMatchObject({ id: 'co_1', current: undefined });
  });

  test.each<[string, string | null, unknown]>([
    ['another that once had its key', 'co_9', { id: 'co_9', keys: { slug: 'co_1' } }],
    ['nothing', null, null],
  ])('stays when %s is deleted', (_, entityId, data) => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.aboutCompany('delete', entityId, data);
    expect(world.store.peekCompany({ id: 'co_1' })).toBeDefined();
  });

  test('of which a part comes and nothing is held is asked for', () => {
    const world = fakeStore();
    world.connect();
    world.aboutUser('partial', 'user_1', { traits: [] });
    world.aboutUser('partial', 'user_1', { traits: [] });
    expect(world.asked().slice(1)).toEqual([
      { action: 'start', entity_type: 'rulesengine.User', keys: { id: 'user_1' } },
    ]);
    world.user('user_1');
    expect(world.store.peekUser({ email: 'USER_1@example.com' })).toMatchObject({ id: 'user_1' });
  });

  test('does not go back to what a message says that is older', () => {
    const world = fakeStore();
    world.connect();
    world.company('co_1');
    world.aboutCompany('partial', 'co_1', { plan_ids: ['new'] }, '10-0');
    world.aboutCompany('partial', 'co_1', { plan_ids: ['old'] }, '9-5');
    expect(world.store.peekCompany({ id: 'co_1' })).toMatchObject({ plan_ids: ['new'] });
  });
});

test('names of prototypes are names: of keys, of values, of flags, of ids', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  const world = fakeStore();
  world.connect(...names);
  for (const name of names)
    world.deliver(
      `{"data":{"id":"co_${name}","keys":{"${name}":"a","slug":"${name}"}},"entity_type":"rulesengine.Company","message_type":"full"}`,
    );
  const found = names.map((name) => [
    world.store.flag(name)?.key,
    world.store.peekCompany(Object.fromEntries([[name, 'A']]))?.id,
    world.store.peekCompany({ slug: name })?.id,
  ]);
  expect(found).toEqual(names.map((name) => [name, `co_${name}`, `co_${name}`]));
  expect([world.store.peekCompany({ valueOf: 'a' }), world.store.flag('valueOf'), world.errors]).toEqual([
    undefined,
    undefined,
    [],
  ]);
});

test('a user goes as a company does: whole, in part, by another key, and away', () => {
  const world = fakeStore();
  world.connect();
  world.user('user_1', { traits: [{ trait_definition: null, value: 'a' }] });
  world.aboutUser('partial', 'user_1', { keys: { login: 'Ada' }, traits: null, nickname: 'x' });
  const user = world.store.peekUser({ login: 'ada' });
  expect(user).toEqual(sampleUser('user_1', { keys: { email: 'user_1@example.com', login: 'Ada' }, traits: [] }));
  world.aboutUser('delete', null, { keys: { login: 'ADA' } });
  expect([world.store.peekUser({ id: 'user_1' }), world.store.snapshot().users]).toEqual([undefined, []]);
});

describe('flags', () => {
  test('are a set that replaces the last: an empty one clears', () => {
    const world = fakeStore();
    world.connect('a', 'b');
    world.flags(['b', 'c']);
    expect([...world.store.flags.keys()]).toEqual(['b', 'c']);
    world.deliver({ data: null, entity_type: 'rulesengine.Flags', message_type: '' });
    expect(world.store.flags.size).toBe(0);
  });

  test('are found in any case', () => {
    const world = fakeStore();
    world.connect('Beta');
    expect([world.store.flag('bETA')?.key, world.store.flags.get('Beta')?.key]).toEqual(['Beta', 'Beta']);
  });

  test('are added, replaced and deleted one by one', () => {
    const world = fakeStore();
    world.connect('a');
    world.flag('b');
    world.flag('a', { default_value: true });
    world.deliver({ data: { key: 'B' }, entity_type: 'rulesengine.Flag', message_type: 'delete' });
    expect([...world.store.flags.values()]).toEqual([sampleFlag('a', { default_value: true })]);
    world.deliver({ data: { id: 'flag_a' }, entity_type: 'rulesengine.Flag', message_type: 'delete' });
    expect(world.store.flags.size).toBe(0);
  });

  test.each([null, 1, {}, { id: 'flag_bad' }])(
    'of which one is bad (%j) are held, and what it stands for stays',
    (bad) => {
      const world = fakeStore();
      world.connect('bad', 'gone');
      const data = [sampleFlag('a'), bad, sampleFlag('b')];
      world.deliver({ data, entity_type: 'rulesengine.Flags', message_type: 'full' });
      const kept = bad !== null && typeof bad === 'object' && 'id' in bad ? ['bad'] : [];
      expect([...world.store.flags.keys()].sort()).toEqual(['a', 'b', ...kept].sort());
      expect(world.errors).toMatchObject([{ code: 'HANDLER_FAILED', cause: { code: 'MALFORMED_MESSAGE' } }]);
    },
  );

  const page = (world: ReturnType<typeof fakeStore>, number: number, keys: string[], has_more: boolean) =>
    world.flags(keys, { pagination: { has_more, page: number, total: 0 } });

  test('in pages are seen whole, at the last of them', async () => {
    const world = fakeStore({ pageSize: 2 });
    world.accept();
    expect(world.asked()).toEqual([{ action: 'start', entity_type: 'rulesengine.Flags', page_size: 2 }]);
    page(world, 1, ['a', 'b'], true);
    expect([world.store.flags.size, world.store.stale]).toEqual([0, true]);
    page(world, 2, ['c'], false);
    expect([[...world.store.flags.keys()], world.store.stale]).toEqual([['a', 'b', 'c'], false]);
    await world.store.ready();
  });

  test('in pages that were interrupted leave nothing behind', () => {
    const world = fakeStore();
    world.connect('old');
    page(world, 1, ['a'], true);
    world.reconnect();
    page(world, 2, ['b'], false);
    expect([[...world.store.flags.keys()], world.store.stale]).toEqual([['old'], true]);
    page(world, 1, ['c'], true);
    page(world, 1, ['d'], true);
    page(world, 2, ['e'], false);
    expect([...world.store.flags.keys()]).toEqual(['d', 'e']);
  });

  test('are not all here because one of them is', () => {
    const world = fakeStore();
    world.accept();
    world.flag('a');
    expect([world.store.flags.size, world.store.stale, world.store.client.isReady()]).toEqual([1, true, false]);
  });
});

test.each([
  null,
  1,
  '"text"',
  [],
  {},
  { entity_type: '__proto__', message_type: 'full' },
  { entity_type: 'rulesengine.Company', message_type: 'future', data: { id: 'co_1' } },
  { entity_type: 'rulesengine.Companies', message_type: 'full', data: {} },
  { entity_type: 'rulesengine.Users', message_type: 'full', data: [{ id: 'user_1' }] },
  { entity_type: 'rulesengine.Flag', message_type: 'unknown', data: sampleFlag('x') },
  { entity_type: 'unknown', message_type: 'error', data: { error: 'Generic datastream error' } },
  { entity_type: 'rulesengine.Company', message_type: 'error', data: null },
  { entity_type: 'rulesengine.Flags', message_type: 'error', data: { error: 'no', keys: { id: 'a' } } },
  { entity_type: 'rulesengine.Future', message_type: 'delete', data: { id: 'a' } },
])('passes over %j', (message) => {
  const world = fakeStore();
  world.connect('a');
  world.changes.length = 0;
  world.deliver(message);
  expect([world.changes, world.errors, world.store.flags.size]).toEqual([[], [], 1]);
});

test.each([
  { entity_type: 'rulesengine.Company', message_type: 'full', data: null },
  { entity_type: 'rulesengine.Company', message_type: 'full', data: { keys: { slug: 'a' } } },
  { entity_type: 'rulesengine.Company', message_type: 'partial', data: { plan_ids: [] } },
  { entity_type: 'rulesengine.Flag', message_type: 'full', data: {} },
  { entity_type: 'rulesengine.Flags', message_type: 'full', data: {} },
])('reports %j, changes nothing and goes on', (message) => {
  const world = fakeStore();
  world.connect('a');
  world.changes.length = 0;
  world.deliver(message);
  expect([world.changes, world.store.stale]).toEqual([[], false]);
  expect(world.errors).toMatchObject([{ code: 'HANDLER_FAILED', cause: { code: 'MALFORMED_MESSAGE' } }]);
});
