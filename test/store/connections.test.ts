import { outcome, settled } from '../support/fake-client';
import { fakeStore } from '../support/fake-store';

/** A store that holds the flag a, the companies co_1 and co_2 and a user, each asked for by its slug, and has told all that. */
async function following(options: Parameters<typeof fakeStore>[0] = {}) {
  const world = fakeStore(options);
  world.connect('a');
  const asked = [
    world.store.company({ slug: 'one' }),
    world.store.company({ slug: 'two' }),
    world.store.user({ name: 'u' }),
  ];
  world.company('co_1', { keys: { slug: 'one', crm: '1' } });
  world.company('co_2', { keys: { slug: 'two' } });
  world.user('user_1', { keys: { name: 'u' } });
  await Promise.all(asked);
  world.changes.length = 0;
  return world;
}
type World = Awaited<ReturnType<typeof following>>;

/** Answers for what has not changed. */
function confirm(world: World, ...names: string[]): void {
  if (names.includes('flags')) world.flags(['a']);
  if (names.includes('co_1')) world.company('co_1', { keys: { slug: 'one', crm: '1' } });
  if (names.includes('co_2')) world.company('co_2', { keys: { slug: 'two' } });
  if (names.includes('user_1')) world.user('user_1', { keys: { name: 'u' } });
}

describe('after a loss', () => {
  test('everything is asked for again, by all its keys, before the connection is ready', async () => {
    const world = await following();
    world.reconnect();
    expect(world.asked()).toEqual([
      { action: 'start', entity_type: 'rulesengine.Flags' },
      { action: 'start', entity_type: 'rulesengine.Company', keys: { slug: 'one', crm: '1' } },
      { action: 'start', entity_type: 'rulesengine.Company', keys: { slug: 'two' } },
      { action: 'start', entity_type: 'rulesengine.User', keys: { name: 'u' } },
    ]);
    expect(world.store.client.state.status).toBe('initializing');
  });

  test('the store is stale from then until the last answer, and then ready', async () => {
    const world = await following();
    world.platform.socket.drop();
    expect(world.store.stale).toBe(true);
    world.clock.advance(30_000);
    world.platform.socket.accept();
    confirm(world, 'flags', 'co_1', 'user_1');
    await settled();
    expect([world.store.stale, world.store.client.isReady()]).toEqual([true, false]);
    confirm(world, 'co_2');
    expect(world.store.stale).toBe(false);
    await world.store.ready();
  });

  test('only what has changed is announced', async () => {
    const world = await following();
    const company = world.store.peekCompany({ slug: 'one' });
    world.reconnect();
    confirm(world, 'flags', 'co_1', 'user_1');
    world.company('co_2', { keys: { slug: 'two' }, plan_ids: ['p'] });
    expect(world.changed()).toEqual(['co_2']);
    expect(world.store.peekCompany({ slug: 'one' })).toBe(company);
  });

  test('what is held is answered from memory, although it is stale', async () => {
    const world = await following();
    world.platform.socket.drop();
    expect(await outcome(world.store.company({ slug: 'one' }))).toMatchObject({ id: 'co_1' });
  });

  test('an entity that is not found is asked for by the keys of its caller, and then removed', async () => {
    const world = await following();
    world.reconnect();
    confirm(world, 'flags', 'co_2', 'user_1');
    world.refuse({ slug: 'one', crm: '1' });
    expect(world.asked().at(-1)).toMatchObject({ keys: { slug: 'one' } });
    expect([world.store.stale, world.store.peekCompany({ id: 'co_1' })?.id]).toEqual([true, 'co_1']);
    world.refuse({ slug: 'one' });
    await settled();
    expect([world.store.stale, world.store.peekCompany({ id: 'co_1' })]).toEqual([false, undefined]);
    expect(world.changed()).toEqual(['co_1']);
    await world.store.ready();
  });

  test('an entity that is found only by the keys of its caller stays', async () => {
    const world = await following();
    world.reconnect();
    confirm(world, 'flags', 'co_2', 'user_1');
    world.refuse({ slug: 'one', crm: '1' });
    world.company('co_1', { keys: { slug: 'one' } });
    await settled();
    expect([
      world.store.stale,
      world.store.peekCompany({ crm: '1' }),
      world.store.peekCompany({ slug: 'one' })?.id,
    ]).toEqual([false, undefined, 'co_1']);
  });

  test('an entity whose keys all lead to another one now is removed', async () => {
    const world = await following();
    world.reconnect();
    confirm(world, 'flags', 'co_1', 'user_1');
    world.company('co_9', { keys: { slug: 'two' } });
    expect(world.asked().at(-1)).toMatchObject({ keys: { slug: 'two' } });
    world.company('co_9', { keys: { slug: 'two' } });
    await settled();
    expect([
      world.store.stale,
      world.store.peekCompany({ slug: 'two' })?.id,
      world.store.peekCompany({ id: 'co_2' }),
    ]).toEqual([false, 'co_9', undefined]);
  });

  test('an entity that is not answered for does not hold the connection up: it stays, is stale and is asked for again', async () => {
    const world = await following();
    world.reconnect();
    confirm(world, 'flags', 'co_1', 'user_1');
    world.clock.advance(10_000);
    await settled();
    expect([world.store.client.isReady(), world.store.stale, world.store.peekCompany({ slug: 'two' })?.id]).toEqual([
      true,
      true,
      'co_2',
    ]);
    expect(world.asked().slice(4)).toEqual([
      { action: 'start', entity_type: 'rulesengine.Company', keys: { slug: 'two' } },
    ]);
    confirm(world, 'co_2');
    expect(world.store.stale).toBe(false);
    world.clock.advance(20_000);
    expect(world.asked()).toHaveLength(5);
  });

  test('flags that are not answered for do hold it up, and end it', async () => {
    const world = await following();
    world.reconnect();
    confirm(world, 'co_1', 'co_2', 'user_1');
    world.clock.advance(29_999);
    await settled();
    expect(world.store.client.state.status).toBe('initializing');
    world.clock.advance(1);
    expect(world.store.client.state.status).toBe('waiting');
  });

  test('a request that was on its way fails, and one that was not is sent', async () => {
    const world = fakeStore();
    world.connect();
    const sent = world.store.company({ slug: 'sent' });
    world.platform.socket.drop();
    const waiting = world.store.company({ slug: 'waiting' });
    expect(await outcome(sent)).toMatchObject({ code: 'CONNECTION_CLOSED', retryable: true });
    world.clock.advance(5_000);
    world.platform.socket.accept();
    expect(world.asked().slice(1)).toMatchObject([{ keys: { slug: 'waiting' } }]);
    world.company('co_1', { keys: { slug: 'waiting' } });
    expect(await outcome(waiting)).toMatchObject({ id: 'co_1' });
  });

  test('flags are asked for from where they were followed to', () => {
    const world = fakeStore();
    world.connect('a');
    world.flag('b', {}, '1718000000000-9');
    world.flag('c', {}, '1718000000000-10');
    world.reconnect();
    expect(world.asked()).toEqual([
      { action: 'start', entity_type: 'rulesengine.Flags', replay_from: '1718000000000-10' },
    ]);
    // A server that takes the replay for an answer is asked for everything.
    world.clock.advance(10_000);
    expect(world.asked().at(-1)).toEqual({ action: 'start', entity_type: 'rulesengine.Flags' });
  });

  test('the handler of the user runs when all of it is fresh', async () => {
    const seen: unknown[] = [];
    const world = fakeStore({ connectionReadyHandler: () => void seen.push(world.store.stale) });
    world.accept();
    await settled();
    expect(seen).toEqual([]);
    world.flags([]);
    await world.store.ready();
    expect(seen).toEqual([false]);
  });
});

describe('a reload', () => {
  const reload = (world: World, entity_type = 'rulesengine.Companies') =>
    world.deliver({ entity_type, message_type: 'reload' });

  test('asks for everything once, however often it is repeated, without forgetting anything', async () => {
    const world = await following();
    world.flag('a', {}, '5-0');
    const asked = world.asked().length;
    for (const type of ['rulesengine.Companies', 'rulesengine.Users', 'rulesengine.Flags']) reload(world, type);
    expect(world.asked().slice(asked)).toMatchObject([
      { entity_type: 'rulesengine.Flags' },
      { keys: { slug: 'one' } },
      { keys: { slug: 'two' } },
      { keys: { name: 'u' } },
    ]);
    expect(world.asked().slice(asked)[0]).not.toHaveProperty('replay_from');
    expect([world.store.stale, world.store.flags.size]).toEqual([true, 1]);
    confirm(world, 'flags', 'co_1', 'co_2', 'user_1');
    expect([world.store.stale, world.changes]).toEqual([false, []]);
  });

  test('takes back the cursor: what was older than it is news', async () => {
    const world = await following();
    world.flag('a', { default_value: true }, '5-0');
    reload(world);
    world.flag('a', {}, '3-0');
    expect(world.store.flag('a')).toMatchObject({ default_value: false });
  });

  test('is obeyed again when the last one is over', async () => {
    const world = await following();
    reload(world);
    confirm(world, 'flags', 'co_1', 'co_2', 'user_1');
    const asked = world.asked().length;
    reload(world);
    expect(world.asked()).toHaveLength(asked + 4);
  });
});

test('after close() nothing is asked, announced or left running, and what is held is stale', async () => {
  const world = await following();
  await world.close();
  expect([world.store.stale, world.store.flags.size, world.changes, world.clock.timers]).toEqual([true, 1, [], 0]);
});

test('starts again after close(), from what it holds', async () => {
  const world = await following();
  await world.close();
  world.accept();
  expect(world.asked()).toHaveLength(4);
  confirm(world, 'flags', 'co_1', 'co_2', 'user_1');
  await world.store.ready();
  expect(world.changes).toEqual([]);
});
