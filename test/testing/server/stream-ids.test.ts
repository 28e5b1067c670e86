import { isAfter } from '../../../src/testing/server/stream-ids';

test.each([
  ['1718000000000-10', '1718000000000-9', true],
  ['1718000000000-9', '1718000000000-10', false],
  ['10000000000000-0', '9999999999999-7', true],
  ['1718000000000-1', '1718000000000-1', false],
])('%s after %s: %s', (id, other, expected) => {
  expect(isAfter(id, other)).toBe(expected);
});
