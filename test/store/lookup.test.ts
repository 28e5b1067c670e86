import { agrees, createLookup, keysOf } from '../../src/store/lookup';

test('knows a thing by its id and by every key, in any case', () => {
  const named = { id: 'Co_1', keys: { Slug: 'ACME', id: 'mine' } };
  expect(keysOf(named)).toEqual([
    ['id', 'co_1'],
    ['slug', 'acme'],
    ['id', 'mine'],
  ]);
});

test.each([undefined, null, 'text', [], { keys: null }, { id: 1, keys: { slug: 1, other: null } }])(
  'knows nothing by what is no text: %j',
  (named) => {
    expect(keysOf(named)).toEqual([]);
  },
);

test('finds by name and value together, whatever characters they have', () => {
  const lookup = createLookup<string>();
  lookup.add([['a:b', 'c']], 'one');
  expect([lookup.find([['a', 'b:c']]), lookup.find([['__proto__', 'c']]), lookup.find([['a:b', 'c']])]).toEqual([
    [],
    [],
    ['one'],
  ]);
});

test('gives a key to the last that claims it, and takes it from that one alone', () => {
  const lookup = createLookup<string>();
  lookup.add([['slug', 'a']], 'one');
  lookup.add([['slug', 'a']], 'two');
  lookup.delete([['slug', 'a']], 'one');
  expect(lookup.find([['slug', 'a']])).toEqual(['two']);
});

test.each([
  [true, { slug: 'ACME' }],
  [true, { slug: 'acme', unknown: 'x' }],
  [true, { id: 'co_1' }],
  [true, { id: 'mine' }],
  [false, { slug: 'acme', id: 'co_2' }],
  [false, { slug: 'other' }],
])('says %s to %j', (expected, keys) => {
  expect(agrees(keysOf({ keys }), { id: 'co_1', keys: { slug: 'acme', id: 'mine' } })).toBe(expected);
});
