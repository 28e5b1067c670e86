import fc from 'fast-check';
import type { Fields } from '../../src/testing/server/entities';

// Small worlds, so that random changes meet: the same few plans, credits, events and keys over and over.
const OWNER = { account_id: 'acct_1', environment_id: 'env_1' };
const PERIOD = { period_start: '2024-01-01T00:00:00Z', period_end: '2024-02-01T00:00:00Z' };
const CREDITS = ['c1', 'c2'];
/** Names that every plain object knows already, or that set its prototype: data like any other. */
const PROTOTYPE_NAMES = ['constructor', '__proto__'];

// How many values there are to a null.
const OFTEN = 5;
const SELDOM = 100;

const count = fc.integer({ min: 0, max: 2 });
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>, freq = OFTEN) => fc.option(arbitrary, { nil: null, freq });
const some = (...items: string[]) => fc.subarray(items);
const period = fc.constantFrom('all_time', 'current_month');
const monthReset = fc.constantFrom('first_of_month', 'billing_cycle');
const event = fc.constantFrom('e1', 'e2');

/** An object as JSON makes it, where `__proto__` is a field. */
function dictionary<Value>(names: string[], value: fc.Arbitrary<Value>): fc.Arbitrary<Record<string, Value>> {
  const entries = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), value), {
    maxLength: 2,
    selector: ([name]) => name,
  });
  return entries.map((each) => Object.fromEntries(each));
}

const metric = fc
  .record({ event_subtype: event, period, month_reset: monthReset, value: count })
  .map((fields) => ({ ...OWNER, company_id: 'co', created_at: PERIOD.period_start, valid_until: null, ...fields }));
const metrics = fc.uniqueArray(metric, {
  maxLength: 3,
  selector: (each) => [each.event_subtype, each.period, each.month_reset].join(' '),
});
const trait = fc.record({ trait_definition: fc.constant(null), value: fc.constantFrom('a', 'b') });
const rule = fc.record({ id: fc.constantFrom('r1', 'r2'), priority: count }).map((fields) => ({
  ...OWNER,
  flag_id: null,
  rule_type: 'standard',
  name: 'rule',
  conditions: [],
  condition_groups: [],
  value: true,
  ...fields,
}));

function entitlement(credits: string[]) {
  return fc
    .record({
      feature_key: fc.constantFrom('f1', 'f2'),
      credit_id: fc.constantFrom(null, ...credits),
      credit_remaining: orNull(count),
      event_name: fc.constantFrom(null, 'e1', 'e2'),
      metric_period: orNull(period),
      month_reset: orNull(monthReset),
      usage: orNull(count),
    })
    .map((fields) => ({ feature_id: 'feat', value_type: 'numeric', ...fields }));
}

/** The collections of a company; those of a user are `rules` and `traits`. */
function collections(credits: string[]) {
  return {
    rules: fc.array(rule, { maxLength: 2 }),
    traits: fc.array(trait, { maxLength: 2 }),
    billing_product_ids: some('b1', 'b2'),
    credit_balances: dictionary(credits, count),
    entitlements: fc.array(entitlement(credits), { maxLength: 2 }),
    metrics,
    plan_ids: some('p1', 'p2'),
    plan_version_ids: some('v1'),
  };
}

const scalars = {
  base_plan_id: fc.constantFrom(null, 'p1', 'p2'),
  subscription: orNull(fc.constantFrom({ id: 's1', ...PERIOD }, { id: 's2', ...PERIOD })),
};

/** A whole company but for its `id` and `keys`, with all fields there and filled. */
export const wholeCompany: fc.Arbitrary<Fields> = fc
  .record({ ...collections(CREDITS), ...scalars, from_the_future: count })
  .map((fields) => ({ ...OWNER, ...fields }));

/** What a partial may bring: anything but `keys`. */
export const partialOfCompany = partial(CREDITS, SELDOM);

/** A company as a server may send it, with collections that are `null` or left out, and names of any kind. */
export const company: fc.Arbitrary<Fields> = fc
  .record(
    { ...nullable(collections([...CREDITS, ...PROTOTYPE_NAMES])), ...scalars, from_the_future: count },
    { requiredKeys: ['rules', 'metrics', 'plan_ids', 'base_plan_id', 'subscription'] },
  )
  .map((fields) => ({ ...OWNER, ...fields }));
export const companyPartial = partial([...CREDITS, ...PROTOTYPE_NAMES]);

const { rules, traits } = collections(CREDITS);
export const user: fc.Arbitrary<Fields> = fc
  .record({ rules: orNull(rules), traits: orNull(traits) })
  .map((fields) => ({ ...OWNER, ...fields }));
export const userPartial: fc.Arbitrary<Fields> = fc.record(
  { rules: orNull(rules), traits: orNull(traits), plan_ids: fc.constant(['p9']) },
  { requiredKeys: [] },
);

export const flag: fc.Arbitrary<Fields & { key: string }> = fc
  .record({
    key: fc.constantFrom('beta', 'gamma', 'Delta', ...PROTOTYPE_NAMES),
    default_value: fc.boolean(),
    rules: orNull(fc.array(rule, { maxLength: 1 })),
  })
  .map((fields) => ({ id: `flag_${fields.key}`, ...OWNER, ...fields }));
export const flags = fc.uniqueArray(flag, { maxLength: 5, selector: ({ key }) => key });

/** The keys that entities go by, and that clients ask with: names and values that differ in case alone are the same. */
export const keys: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 9, arbitrary: dictionary(['slug', 'crm', 'Slug'], fc.constantFrom('acme', 'ACME', 'zeta', 'omega')) },
  { weight: 1, arbitrary: dictionary([...PROTOTYPE_NAMES, 'slug'], fc.constantFrom('acme', 'zeta')) },
);

function partial(credits: string[], freq = OFTEN): fc.Arbitrary<Fields> {
  return fc.record(
    {
      ...nullable(collections(credits), freq),
      ...scalars,
      metrics: orNull(fc.array(orNull(metric), { maxLength: 2 }), freq),
      credit_lease_balance: dictionary(credits, fc.record({ remaining: count, reserved: count })),
      from_the_future: fc.constant(9),
    },
    { requiredKeys: [] },
  );
}

function nullable<Model extends Record<string, fc.Arbitrary<unknown>>>(model: Model, freq = OFTEN) {
  const entries = Object.entries(model).map(([name, arbitrary]) => [name, orNull(arbitrary, freq)]);
  return Object.fromEntries(entries) as { [Name in keyof Model]: fc.Arbitrary<unknown> };
}
