/** The entities of the benchmark, as frames: companies and flags of the size that production has. */

const OWNER = { account_id: 'acct_1', environment_id: 'env_1' };
const EVENTS = ['api_call', 'login', 'export'];

/** A frame with one whole company: three metrics, four entitlements, three traits, two keys. */
export function companyFrame(index) {
  const id = `co_${index}`;
  const metrics = EVENTS.map((event_subtype, place) => ({
    ...OWNER,
    company_id: id,
    event_subtype,
    period: 'current_month',
    month_reset: 'first_of_month',
    value: index % (place + 7),
    created_at: '2024-01-01T00:00:00Z',
    valid_until: null,
  }));
  const entitlements = [...EVENTS, 'credits'].map((name) => ({
    feature_id: `feat_${name}`,
    feature_key: name,
    value_type: name === 'credits' ? 'credit' : 'numeric',
    allocation: 1_000,
    soft_limit: null,
    usage: index % 7,
    event_name: name === 'credits' ? null : name,
    metric_period: 'current_month',
    month_reset: 'first_of_month',
    metric_reset_at: '2024-02-01T00:00:00Z',
    credit_id: name === 'credits' ? 'credit_1' : null,
    credit_total: null,
    credit_used: null,
    credit_remaining: name === 'credits' ? index % 100 : null,
  }));
  const traits = ['tier', 'region', 'size'].map((trait) => ({
    trait_definition: { id: `trait_${trait}`, comparable_type: 'string', entity_type: 'company' },
    value: `${trait}-${index % 5}`,
  }));
  const data = {
    id,
    ...OWNER,
    base_plan_id: `plan_${index % 4}`,
    billing_product_ids: [`product_${index % 4}`],
    credit_balances: { credit_1: index % 100 },
    entitlements,
    keys: { slug: `acme-${index}`, crm: String(1_000_000 + index) },
    metrics,
    plan_ids: [`plan_${index % 4}`],
    plan_version_ids: [`version_${index % 4}`],
    rules: [],
    subscription: { id: `sub_${index}`, period_start: '2024-01-01T00:00:00Z', period_end: '2024-02-01T00:00:00Z' },
    traits,
  };
  return JSON.stringify({ data, entity_id: id, entity_type: 'rulesengine.Company', message_type: 'full' });
}

/** A frame with the set of so many flags, each with one rule. */
export function flagsFrame(count) {
  const data = Array.from({ length: count }, (_, index) => ({
    id: `flag_${index}`,
    ...OWNER,
    key: `flag-${index}`,
    default_value: false,
    rules: [
      {
        id: `rule_${index}`,
        flag_id: `flag_${index}`,
        ...OWNER,
        rule_type: 'standard',
        name: 'For one plan',
        priority: 1,
        conditions: [
          {
            id: `cond_${index}`,
            ...OWNER,
            condition_type: 'plan',
            operator: 'eq',
            resource_ids: [`plan_${index % 4}`],
            event_subtype: null,
            metric_value: null,
            metric_period: null,
            metric_period_month_reset: null,
            credit_id: null,
            consumption_rate: null,
            trait_definition: null,
            trait_value: '',
            comparison_trait_definition: null,
          },
        ],
        condition_groups: [],
        value: true,
      },
    ],
  }));
  return JSON.stringify({ data, entity_id: null, entity_type: 'rulesengine.Flags', message_type: 'full' });
}

/** A frame with what an event changes in a company: a balance and a metric, to values that were not there before. */
export function partialFrame(index, value) {
  const metric = {
    ...OWNER,
    company_id: `co_${index}`,
    event_subtype: EVENTS[value % EVENTS.length],
    period: 'current_month',
    month_reset: 'first_of_month',
    value,
    created_at: '2024-01-01T00:00:00Z',
    valid_until: null,
  };
  return JSON.stringify({
    data: { credit_balances: { credit_1: value }, metrics: [metric] },
    entity_id: `co_${index}`,
    entity_type: 'rulesengine.Company',
    message_type: 'partial',
    stream_id: `1718000000000-${value}`,
  });
}
