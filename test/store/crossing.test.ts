import { fakeStore } from '../support/fake-store';
import { outcome, settled } from '../support/fake-client';

/** A store that holds companies by the keys that they were asked with; the server speaks of companies by their keys. */
async function holding(...keys: Record<string, string>[]) {
  const world = fakeStore();
  const company = (id: string, ofCompany: Record<string, string>) => world.company(id, { keys: ofCompany });
  world.connect();
  for (const [index, each] of keys.entries()) {
    const asked = world.store.company(each);
    company(`co_${index + 1}`, each);
    await asked;
  }
  return {
    ...world,
    company,
    flags: () => world.flags([]),
    partial: (id: string, data: object) => world.aboutCompany('partial', id, data),
    notFound: world.refuse,
    reload: () => world.deliver({ entity_type: 'rulesengine.Companies', message_type: 'reload' }),
    /** Keys of companies, or the word flags. */
    asked: () => world.asked().map(({ keys: ofCompany }) => ofCompany ?? 'flags'),
  };
}

describe('a key that goes from one company to another', () => {
  test('finds the first one again when the other gives it back', async () => {
    const { store, partial, company } = await holding({ slug: 'acme' }, { crm: '2' });
    partial('co_2', { keys: { slug: 'acme' } });
    company('co_2', { crm: '2' });
    expect(store.peekCompany({ slug: 'acme' })?.id).toBe('co_1');
  });

  test('finds the one that has it now', async () => {
    const { store, partial, company } = await holding({ slug: 'acme' }, { crm: '2' });
    partial('co_2', { keys: { slug: 'acme' } });
    company('co_1', { slug: 'zeta' });
    expect(store.peekCompany({ slug: 'acme' })?.id).toBe('co_2');
  });

  test('finds nothing once both have lost it, in whatever order', async () => {
    const { store, partial, company } = await holding({ slug: 'acme' }, { crm: '2' });
    partial('co_2', { keys: { slug: 'acme' } });
    company('co_1', { slug: 'zeta' });
    company('co_2', { crm: '2' });
    expect(store.peekCompany({ slug: 'acme' })).toBeUndefined();
  });

  test('does not leave the first one in doubt for ever, when it went while nobody could hear of it', async () => {
    const { store, reconnect, flags, company, partial, notFound } = await holding({ slug: 'acme' }, { crm: '2' });
    reconnect();
    flags();
    company('co_2', { crm: '2' });
    partial('co_2', { keys: { slug: 'acme' } });
    company('co_2', { crm: '2' });
    notFound({ slug: 'acme' });
    notFound({ slug: 'acme' });
    await settled();
    expect([store.stale, store.peekCompany({ id: 'co_1' })]).toEqual([false, undefined]);
  });
});

describe('a company that is no longer known by the keys it has', () => {
  test('is asked for by the keys of every caller, and kept where one still leads to it', async () => {
    const { store, reconnect, flags, company, notFound, asked } = await holding({ slug: 'acme', crm: '1' });
    await store.company({ crm: '1' });
    await store.company({ slug: 'acme' });
    const held = store.peekCompany({ id: 'co_1' });
    reconnect();
    flags();
    notFound({ slug: 'acme', crm: '1' });
    notFound({ slug: 'acme' });
    await settled();
    company('co_1', { slug: 'zeta', crm: '1' });
    expect(asked()).toEqual(['flags', { slug: 'acme', crm: '1' }, { slug: 'acme' }, { crm: '1' }]);
    expect([store.stale, held?.id, store.peekCompany({ slug: 'zeta' })?.id]).toEqual([false, 'co_1', 'co_1']);
  });

  test('is asked for by the keys of its callers when another answers to those it has', async () => {
    const { store, reconnect, flags, company, asked } = await holding({ slug: 'acme' });
    reconnect();
    flags();
    company('co_9', { slug: 'acme' });
    expect(asked()).toEqual(['flags', { slug: 'acme' }, { slug: 'acme' }]);
    company('co_9', { slug: 'acme' });
    await settled();
    expect([store.stale, store.peekCompany({ id: 'co_1' })]).toEqual([false, undefined]);
    expect(store.peekCompany({ slug: 'acme' })?.id).toBe('co_9');
  });

  test('is asked for by the keys of its callers also when the other is one that was given up', async () => {
    const { store, reload, flags, company, asked } = await holding({ crm: '1' }, { crm: '2' });
    company('co_1', { crm: '1', slug: 'acme' });
    reload();
    store.forget({ crm: '2' });
    flags();
    company('co_2', { crm: '2', slug: 'acme' });
    expect(asked().at(-1)).toEqual({ crm: '1' });
    company('co_1', { crm: '1' });
    expect([store.stale, store.peekCompany({ slug: 'acme' })]).toEqual([false, undefined]);
  });

  test('is removed where none does', async () => {
    const { store, reconnect, flags, notFound } = await holding({ slug: 'acme' });
    reconnect();
    flags();
    notFound({ slug: 'acme' });
    notFound({ slug: 'acme' });
    await settled();
    expect([store.stale, store.peekCompany({ id: 'co_1' })]).toEqual([false, undefined]);
  });
});

describe('a reload', () => {
  test('asks once, however often it is repeated', async () => {
    const { asked, reload } = await holding({ slug: 'acme' });
    const before = asked().length;
    for (let count = 0; count < 3; count += 1) reload();
    expect(asked().slice(before)).toEqual(['flags', { slug: 'acme' }]);
  });

  test('asks again for what was answered before it was repeated: that may be of before', async () => {
    const { store, asked, flags, company, reload } = await holding({ slug: 'acme' });
    reload();
    flags();
    const before = asked().length;
    reload();
    expect(asked().slice(before)).toEqual(['flags']);
    company('co_1', { slug: 'acme' });
    expect(store.stale).toBe(true);
    flags();
    expect(store.stale).toBe(false);
  });

  test('begins a snapshot of flags again that had come in part', async () => {
    const { store, asked, deliver, reload } = await holding({ slug: 'acme' });
    const page = (number: number, has_more: boolean) =>
      deliver({
        data: [{ key: `flag-${number}` }],
        entity_type: 'rulesengine.Flags',
        message_type: 'full',
        pagination: { has_more, page: number, total: 2 },
      });
    reload();
    page(1, true);
    const before = asked().length;
    reload();
    page(2, false);
    expect(asked().slice(before)).toEqual(['flags']);
    expect([...store.flags.keys()]).toEqual([]);
  });
});

describe('callers that share a request by one of their keys', () => {
  const both = { slug: 'acme', crm: '1' };

  test('ask for themselves where its answer does not name theirs', async () => {
    const { store, company, notFound, asked } = await holding();
    const first = store.company(both);
    const second = store.company({ slug: 'acme' });
    company('co_1', { crm: '1' });
    expect((await first).id).toBe('co_1');
    expect(asked()).toEqual(['flags', both, { slug: 'acme' }]);
    notFound({ slug: 'acme' });
    expect(await outcome(second)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('ask for themselves where what was not found is not all that they asked for', async () => {
    const { store, company, notFound, asked } = await holding();
    const first = store.company({ slug: 'acme' });
    const second = store.company(both);
    notFound({ slug: 'acme' });
    expect(await outcome(first)).toMatchObject({ code: 'NOT_FOUND' });
    expect(asked()).toEqual(['flags', { slug: 'acme' }, both]);
    company('co_1', { crm: '1' });
    expect((await second).id).toBe('co_1');
  });

  test('wait for the answer to all keys, when one to some of them comes for someone who has left', async () => {
    const { store, company, notFound } = await holding();
    const controller = new AbortController();
    const left = store.company({ slug: 'acme' }, { signal: controller.signal });
    controller.abort();
    expect(await outcome(left)).toMatchObject({ code: 'ABORTED' });
    const asked = store.company(both);
    notFound({ slug: 'acme' });
    company('co_1', { crm: '1' });
    expect((await asked).id).toBe('co_1');
  });
});

describe('a company that is given up', () => {
  test('is stopped by its id, since its keys may be those of another by now', async () => {
    const { store, platform } = await holding({ slug: 'acme' });
    store.forget({ slug: 'acme' });
    const stop = { action: 'stop', entity_type: 'rulesengine.Company', keys: { id: 'co_1' } };
    expect(JSON.parse(String(platform.socket.sent.at(-1)))).toEqual({ data: stop });
  });

  test('is asked for again when a question from before the stop is answered: the stop may come after it', async () => {
    const { store, company, asked } = await holding({ crm: '1' });
    const pending = store.company({ slug: 'acme' });
    store.forget({ crm: '1' });
    company('co_1', { slug: 'acme' });
    expect((await pending).id).toBe('co_1');
    expect([store.stale, asked().slice(2)]).toEqual([true, [{ slug: 'acme' }, { id: 'co_1' }, { slug: 'acme' }]]);
    company('co_1', { slug: 'acme' });
    expect(store.stale).toBe(false);
  });

  test('is asked for again also after the stop: what came may have been on its way before', async () => {
    const { store, company, notFound } = await holding({ crm: '1' });
    store.forget({ crm: '1' });
    const pending = store.company({ crm: '1' });
    company('co_1', { crm: '1' });
    expect([(await pending).id, store.stale]).toEqual(['co_1', true]);
    notFound({ crm: '1' });
    notFound({ crm: '1' });
    await settled();
    expect([store.stale, store.peekCompany({ id: 'co_1' })]).toEqual([false, undefined]);
  });
});
