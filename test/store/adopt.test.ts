import { adopt } from '../../src/store/adopt';

const parsed = (json: string): unknown => JSON.parse(json);

test('is what is held when nothing differs, however deep', () => {
  const held = parsed('{"a":{"b":[1,{"c":null}]},"d":"e"}');
  expect(adopt(parsed('{"d":"e","a":{"b":[1,{"c":null}]}}'), held)).toBe(held);
});

test('keeps the parts that do not differ, and mutates neither side', () => {
  const held = { same: { x: 1 }, list: [{ y: 1 }, { y: 2 }], gone: 1 };
  const next = { same: { x: 1 }, list: [{ y: 1 }, { y: 3 }] };
  const before = JSON.stringify([held, next]);
  const adopted = adopt(next, held) as typeof next;
  expect(adopted).toEqual(next);
  expect([adopted.same === held.same, adopted.list[0] === held.list[0], adopted === next]).toEqual([true, true, false]);
  expect(JSON.stringify([held, next])).toBe(before);
});

test('takes what is frozen', () => {
  const next = Object.freeze({ list: Object.freeze([1]), rules: null });
  expect(adopt(next, { list: [1], rules: [] })).toEqual({ list: [1], rules: [] });
});

test.each([
  ['a field less', '{"a":1}', '{"a":1,"b":2}'],
  ['a field more', '{"a":1,"b":2}', '{"a":1}'],
  ['another field', '{"b":1}', '{"a":1}'],
  ['a list for an object', '{"a":[]}', '{"a":{}}'],
  ['an object for a list', '{"a":{}}', '{"a":[]}'],
  ['a shorter list', '{"a":[1]}', '{"a":[1,2]}'],
  ['a field named __proto__ for another', '{"__proto__":{}}', '{"a":1}'],
  ['a field named __proto__ that differs', '{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}'],
  ['a field named constructor', '{"constructor":{"prototype":1}}', '{}'],
])('is what came when it has %s', (_, next, held) => {
  const adopted = adopt(parsed(next), parsed(held));
  expect(JSON.stringify(adopted)).toBe(next);
  expect(Object.getPrototypeOf(adopted)).toBe(Object.prototype);
});

test('reads a collection that the server never filled as empty, and no other null', () => {
  const rule = '{"conditions":null,"condition_groups":[{"conditions":null}],"flag_id":null}';
  const company = `{"rules":[${rule}],"metrics":null,"plan_ids":null,"keys":null,"credit_balances":null,"subscription":null}`;
  expect(adopt(parsed(company), undefined)).toEqual({
    rules: [{ conditions: [], condition_groups: [{ conditions: [] }], flag_id: null }],
    metrics: [],
    plan_ids: [],
    keys: {},
    credit_balances: {},
    subscription: null,
  });
});
