import { DatastreamStore } from '../../src';
import { FakePlatform } from '../../src/testing/fakes';
import { sampleFlag } from '../support/sample-data';

const FLAG = 'rulesengine.Flag';

/** A store whose snapshot of flags comes in pages, and its socket. */
function paged() {
  const platform = new FakePlatform();
  const store = new DatastreamStore({ url: 'wss://example.com/datastream', apiKey: 'key', platform });
  store.start();
  const { socket } = platform;
  socket.accept();
  const page = (number: number, keys: string[], has_more: boolean) =>
    socket.deliver({
      data: keys.map((key) => sampleFlag(key)),
      entity_type: 'rulesengine.Flags',
      message_type: 'full',
      pagination: { has_more, page: number, total: 9 },
    });
  const live = (message_type: string, data: object) => socket.deliver({ data, entity_type: FLAG, message_type });
  return { store, page, live };
}

describe('a live message between two pages is later than both, whatever the snapshot says', () => {
  test.each([
    ['the whole flag', sampleFlag('a')],
    ['its key alone', { key: 'a' }],
    ['its id alone', { id: 'flag_a' }],
  ])('a flag that was deleted by %s does not come back', (_form, named) => {
    const { store, page, live } = paged();
    page(1, ['a'], true);
    live('delete', named);
    page(2, ['b'], false);
    expect([...store.flags.keys()]).toEqual(['b']);
  });

  test('a flag of a page to come, deleted, does not come', () => {
    const { store, page, live } = paged();
    page(1, ['a'], true);
    live('delete', { id: 'flag_b' });
    page(2, ['b'], false);
    expect([...store.flags.keys()]).toEqual(['a']);
  });

  test('a flag that was added stays', () => {
    const { store, page, live } = paged();
    page(1, ['a'], true);
    live('full', sampleFlag('0'));
    page(2, ['b'], false);
    expect([...store.flags.keys()].sort()).toEqual(['0', 'a', 'b']);
  });

  test('a flag that was changed does not change back, not even for a moment', () => {
    const { store, page, live } = paged();
    const seen: unknown[] = [];
    store.on('change', ({ id, current }) => seen.push([id, current]));
    page(1, ['a'], true);
    live('full', sampleFlag('b', { default_value: true }));
    page(2, ['b'], false);
    expect(seen).toMatchObject([
      ['b', { default_value: true }],
      ['a', { default_value: false }],
    ]);
  });
});

test('what came before the first page is not later than it', () => {
  const { store, page, live } = paged();
  live('delete', { key: 'a' });
  page(1, ['a'], true);
  page(2, ['b'], false);
  expect([...store.flags.keys()]).toEqual(['a', 'b']);
});
