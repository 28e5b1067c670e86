import { mergeCompany, mergeUser } from '../../src/store/merge';

type Fields = Record<string, unknown>;

const metric = (event_subtype: string, value: number, more: Fields = {}) => ({
  event_subtype,
  period: 'all_time',
  month_reset: 'first_of_month',
  value,
  ...more,
});
const entitlement = (more: Fields) => ({
  feature_id: 'f',
  event_name: null,
  credit_id: null,
  usage: 1,
  credit_remaining: 1,
  ...more,
});

const company = {
  id: 'co_1',
  account_id: 'a',
  environment_id: 'e',
  base_plan_id: 'plan_1',
  billing_product_ids: ['p'],
  plan_ids: ['plan_1'],
  plan_version_ids: ['v'],
  keys: { slug: 'acme' },
  credit_balances: { c1: 100, c2: 5 },
  metrics: [metric('login', 1), metric('call', 2)],
  entitlements: [
    entitlement({ event_name: 'call', metric_period: null, month_reset: null }),
    entitlement({ event_name: 'call', metric_period: 'current_day' }),
    entitlement({ credit_id: 'c1', credit_total: 9, credit_used: 3 }),
  ],
  rules: [{ id: 'r' }],
  traits: [{ value: 't' }],
  subscription: { id: 's', period_start: '1', period_end: '2' },
};

// Protocol, section 3.3, row by row.
test.each<[string, Fields, Fields]>([
  ['replaces id', { id: 'co_2' }, { id: 'co_2' }],
  ['replaces account_id', { account_id: 'b' }, { account_id: 'b' }],
  ['replaces environment_id', { environment_id: 'b' }, { environment_id: 'b' }],
  ['replaces base_plan_id', { base_plan_id: 'plan_2' }, { base_plan_id: 'plan_2' }],
  ['clears base_plan_id', { base_plan_id: null }, { base_plan_id: null }],
  ['replaces billing_product_ids', { billing_product_ids: ['q'] }, { billing_product_ids: ['q'] }],
  ['replaces plan_ids', { plan_ids: [] }, { plan_ids: [] }],
  ['replaces plan_version_ids', { plan_version_ids: ['w', 'x'] }, { plan_version_ids: ['w', 'x'] }],
  ['replaces entitlements', { entitlements: [] }, { entitlements: [] }],
  ['replaces rules', { rules: [{ id: 'r2' }] }, { rules: [{ id: 'r2' }] }],
  ['replaces traits', { traits: [] }, { traits: [] }],
  ['replaces the subscription whole', { subscription: { id: 's2' } }, { subscription: { id: 's2' } }],
  ['clears the subscription', { subscription: null }, { subscription: null }],
  ['adds and overwrites keys', { keys: { slug: 'b', crm: '1' } }, { keys: { slug: 'b', crm: '1' } }],
  ['never removes keys', { keys: { crm: '1' } }, { keys: { slug: 'acme', crm: '1' } }],
  ['takes no keys for none', { keys: null }, {}],
  [
    'replaces a metric in its place',
    { metrics: [metric('login', 7)] },
    { metrics: [metric('login', 7), metric('call', 2)] },
  ],
  [
    'appends a metric of another period',
    { metrics: [metric('login', 7, { period: 'current_day' })] },
    { metrics: [...company.metrics, metric('login', 7, { period: 'current_day' })] },
  ],
  [
    'appends a metric of another reset',
    { metrics: [metric('login', 7, { month_reset: 'billing_cycle' })] },
    { metrics: [...company.metrics, metric('login', 7, { month_reset: 'billing_cycle' })] },
  ],
  ['skips null metrics', { metrics: [null] }, {}],
  ['takes null metrics for none', { metrics: null }, {}],
  ['ignores anything else', { nickname: 'x', toString: 1 }, {}],
  ['takes an empty partial for none', {}, {}],
])('%s', (_, partial, expected) => {
  const merged = mergeCompany(company, partial);
  // What is derived has its own table.
  expect({ ...merged, entitlements: null }).toEqual({ ...company, ...expected, entitlements: null });
  if ('entitlements' in expected) expect(merged['entitlements']).toEqual(expected['entitlements']);
});

test.each<[string, Fields, Fields]>([
  ['credit_balances', { credit_balances: { c1: 97, c3: 1 } }, { c1: 97, c2: 5, c3: 1 }],
  ['none of them', { credit_balances: {} }, { c1: 100, c2: 5 }],
  ['null', { credit_balances: null }, { c1: 100, c2: 5 }],
  ['a lease', { credit_lease_balance: { c1: { remaining: 60, reserved: 37 } } }, { c1: 60, c2: 5 }],
  ['a lease that says nothing', { credit_lease_balance: { c1: { reserved: 37 }, c2: null } }, { c1: 100, c2: 5 }],
])('merges balances: %s', (_, partial, expected) => {
  expect(mergeCompany(company, partial)['credit_balances']).toEqual(expected);
});

test('takes the names of prototypes for names', () => {
  const partial = JSON.parse(
    '{"keys":{"__proto__":"a","constructor":"b"},"credit_lease_balance":{"__proto__":{"remaining":1}},"credit_balances":{"toString":2}}',
  ) as Fields;
  const merged = mergeCompany(company, partial);
  expect(JSON.stringify([merged['keys'], merged['credit_balances']])).toBe(
    '[{"slug":"acme","__proto__":"a","constructor":"b"},{"c1":100,"c2":5,"toString":2,"__proto__":1}]',
  );
});

describe('derives entitlements again:', () => {
  const derive = (partial: Fields, entitlements: Fields[] = company.entitlements) =>
    mergeCompany({ ...company, entitlements }, partial)['entitlements'] as Fields[];

  test('what is left of a credit, and nothing else of it', () => {
    expect(derive({ credit_balances: { c1: 97 } })[2]).toEqual({ ...company.entitlements[2], credit_remaining: 97 });
  });

  test('also from a lease', () => {
    expect(derive({ credit_lease_balance: { c1: { remaining: 60 } } })[2]).toMatchObject({ credit_remaining: 60 });
  });

  test('not from balances that did not come', () => {
    expect(derive({ credit_balances: { c2: 97 } })).toEqual(company.entitlements);
  });

  test('not from the names of prototypes', () => {
    const entitlements = [entitlement({ credit_id: 'constructor' })];
    expect(derive({ credit_balances: { c1: 1 } }, entitlements)).toEqual(entitlements);
  });

  test('usage, from the metric of its event over all time by default', () => {
    const [first, second] = derive({ metrics: [metric('call', 8)] });
    expect([first?.['usage'], second?.['usage']]).toEqual([8, 1]);
  });

  test('usage of a credit too', () => {
    const entitlements = [entitlement({ event_name: 'call', credit_id: 'c1' })];
    expect(derive({ metrics: [metric('call', 8)] }, entitlements)).toMatchObject([{ usage: 8, credit_remaining: 1 }]);
  });

  test('not when they came with the partial', () => {
    const entitlements = [entitlement({ event_name: 'call' })];
    expect(derive({ metrics: [metric('call', 8)], entitlements })).toEqual(entitlements);
  });
});

test('does not mutate what it merges', () => {
  const partial = { keys: { a: 'b' }, credit_balances: { c1: 1 }, metrics: [metric('call', 9)] };
  const before = JSON.stringify([company, partial]);
  mergeCompany(company, partial);
  expect(JSON.stringify([company, partial])).toBe(before);
});

test.each<[string, Fields, Fields]>([
  [
    'replaces id, account_id and environment_id',
    { id: 'u2', account_id: 'b', environment_id: 'f' },
    { id: 'u2', account_id: 'b', environment_id: 'f' },
  ],
  ['merges keys', { keys: { email: 'x' } }, { keys: { name: 'n', email: 'x' } }],
  ['replaces traits and rules', { traits: [1], rules: [] }, { traits: [1], rules: [] }],
  ['ignores what only companies have', { plan_ids: ['p'], metrics: [], credit_balances: { c: 1 } }, {}],
])('of a user: %s', (_, partial, expected) => {
  const user = { id: 'u1', account_id: 'a', environment_id: 'e', keys: { name: 'n' }, traits: [], rules: [1] };
  expect(mergeUser(user, partial)).toEqual({ ...user, ...expected });
});
