import { mergeCompany, mergeUser } from '../../../src/testing/server/merge';

const metric = (event_subtype: string, value: number, period = 'all_time', month_reset = 'first_of_month') => ({
  event_subtype,
  period,
  month_reset,
  value,
});
const company = {
  id: 'co_1',
  base_plan_id: 'plan_1',
  keys: { slug: 'acme' },
  credit_balances: { credit_1: 100, credit_2: 5 },
  plan_ids: ['plan_1'],
  traits: [{ value: 'x' }],
  metrics: [metric('call', 1), metric('call', 2, 'current_month')],
  entitlements: [
    { feature_key: 'credits', credit_id: 'credit_1', credit_remaining: 100, credit_used: 0 },
    { feature_key: 'calls', event_name: 'call', usage: 1 },
    {
      feature_key: 'monthly',
      event_name: 'call',
      metric_period: 'current_month',
      month_reset: 'billing_cycle',
      usage: 2,
    },
  ],
};

test.each<[string, object, object]>([
  ['replaces a scalar', { base_plan_id: 'plan_2' }, { base_plan_id: 'plan_2' }],
  ['clears with null', { base_plan_id: null, traits: null }, { base_plan_id: null, traits: null }],
  ['replaces a whole array', { plan_ids: ['plan_2'] }, { plan_ids: ['plan_2'] }],
  ['merges keys', { keys: { crm: '7' } }, { keys: { slug: 'acme', crm: '7' } }],
  ['merges credit balances', { credit_balances: { credit_2: 4 } }, { credit_balances: { credit_1: 100, credit_2: 4 } }],
  [
    'takes the balance out of a lease',
    { credit_lease_balance: { credit_2: { remaining: 3, reserved: 1 } } },
    { credit_balances: { credit_1: 100, credit_2: 3 } },
  ],
  ['ignores what it does not know', { unheard_of: 1 }, {}],
])('%s', (_rule, partial, expected) => {
  expect(mergeCompany(company, { ...partial })).toEqual({ ...company, ...expected });
});

test('replaces a metric of the same event, period and reset, and adds others', () => {
  const merged = mergeCompany(company, { metrics: [metric('call', 9), null, metric('login', 1)] });
  expect(merged['metrics']).toEqual([metric('call', 9), metric('call', 2, 'current_month'), metric('login', 1)]);
});

test('derives the remaining credit of an entitlement, from a balance as from a lease', () => {
  const balance = mergeCompany(company, { credit_balances: { credit_1: 97 } });
  const lease = mergeCompany(company, { credit_lease_balance: { credit_1: { remaining: 60, reserved: 37 } } });
  expect(balance).toMatchObject({ entitlements: [{ credit_remaining: 97, credit_used: 0 }, {}, {}] });
  expect(lease).toMatchObject({ entitlements: [{ credit_remaining: 60, credit_used: 0 }, {}, {}] });
});

test('derives the usage of an entitlement only where event, period and reset all match', () => {
  const merged = mergeCompany(company, { metrics: [metric('call', 9), metric('call', 8, 'current_month')] });
  expect(merged).toMatchObject({ entitlements: [{}, { usage: 9 }, { usage: 2 }] });
});

test('derives nothing when the partial brings the entitlements itself', () => {
  const entitlements = [{ feature_key: 'calls', event_name: 'call', usage: 4 }];
  expect(mergeCompany(company, { entitlements, metrics: [metric('call', 9)] })).toMatchObject({ entitlements });
});

test('does not change the company it starts from', () => {
  const before = JSON.stringify(company);
  mergeCompany(company, { keys: { a: 'b' }, metrics: [metric('call', 9)], credit_balances: { credit_1: 1 } });
  expect(JSON.stringify(company)).toBe(before);
});

test('merges the keys of a user and replaces its traits', () => {
  const user = { id: 'user_1', keys: { email: 'a@b.c' }, traits: [{ value: 'x' }], rules: [] };
  expect(mergeUser(user, { keys: { crm: '1' }, traits: [], plan_ids: ['ignored'] })).toEqual({
    id: 'user_1',
    keys: { email: 'a@b.c', crm: '1' },
    traits: [],
    rules: [],
  });
});

test.each(['constructor', '__proto__'])('takes a credit named "%s" for the data it is', (creditId) => {
  const held = { id: 'co_1', entitlements: [{ credit_id: creditId, credit_remaining: 1 }] };
  const lease = JSON.parse(`{"credit_lease_balance":{"${creditId}":{"remaining":2}}}`) as Record<string, unknown>;
  expect(mergeCompany(held, { credit_balances: {} })).toMatchObject({ entitlements: [{ credit_remaining: 1 }] });
  expect(mergeCompany(held, lease)).toMatchObject({ entitlements: [{ credit_remaining: 2 }] });
});
