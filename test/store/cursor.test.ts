import { follow, type Cursor } from '../../src/store/cursor';

/** Which of the messages are applied, and where the cursor is then. */
function followed(ids: unknown[], fails: unknown[] = []): [applied: unknown[], cursor: string | undefined] {
  const cursor: Cursor = {};
  const applied: unknown[] = [];
  for (const id of ids) {
    const apply = () => {
      if (fails.includes(id)) throw new Error('no');
      applied.push(id);
    };
    try {
      follow(cursor, id, apply);
    } catch {
      // As the client would tell.
    }
  }
  return [applied, cursor.id];
}

test.each([
  ['compares milliseconds as numbers', ['9-0', '10-0', '9-5'], ['9-0', '10-0'], '10-0'],
  ['compares sequences as numbers', ['1-9', '1-10', '1-2'], ['1-9', '1-10'], '1-10'],
  [
    'has room for 64 bits',
    ['18446744073709551614-0', '18446744073709551615-0'],
    ['18446744073709551614-0', '18446744073709551615-0'],
    '18446744073709551615-0',
  ],
  ['ignores what it has seen', ['1-0', '1-0'], ['1-0'], '1-0'],
  ['applies what has no id, and stays', ['5-0', undefined, null], ['5-0', undefined, null], '5-0'],
  ['compares other ids as text', ['b', 'a', 'c'], ['b', 'c'], 'c'],
])('%s', (_, ids, applied, cursor) => {
  expect(followed(ids)).toEqual([applied, cursor]);
});

test('stays before what could not be applied, while what follows is', () => {
  expect(followed(['1-0', '2-0', '3-0'], ['2-0'])).toEqual([['1-0', '3-0'], '1-0']);
});
