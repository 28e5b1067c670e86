// What the demo's server holds: a dozen flags, five companies, ten users, in the form they have on the wire.

const OWNER = { account_id: 'acct_northwind', environment_id: 'env_production' };
const [STARTER, GROWTH, BUSINESS, ENTERPRISE] = ['plan_starter', 'plan_growth', 'plan_business', 'plan_enterprise'];
const AI = 'credit_ai';
const SMS = 'credit_sms';

/** What people call the things that the wire knows by an id. */
export const NAMES = {
  [STARTER]: 'Starter',
  [GROWTH]: 'Growth',
  [BUSINESS]: 'Business',
  [ENTERPRISE]: 'Enterprise',
  [AI]: 'ai-credits',
  [SMS]: 'sms-credits',
  comp_initech: 'Initech',
  trait_region: 'region',
  trait_seats: 'seats',
  trait_beta: 'beta-tester',
  trait_role: 'role',
};

export const FLAGS = [
  flag('sso', false, plan(ENTERPRISE)),
  flag('audit-log', false, plan(BUSINESS, ENTERPRISE)),
  flag(
    'api-access',
    false,
    { ...metric('api-calls', 'gte', 100_000), rule_type: 'plan_entitlement_usage_exceeded', value: false },
    plan(GROWTH, BUSINESS, ENTERPRISE),
  ),
  flag('seats', true, {
    ...trait('seats', 'int', 'gte', '60'),
    rule_type: 'plan_entitlement_usage_exceeded',
    value: false,
  }),
  flag('ai-assistant', false, credit(AI, 5)),
  flag('sms-alerts', false, credit(SMS, 1)),
  flag('beta-dashboard', false, trait('beta', 'bool', 'eq', 'true')),
  flag('custom-roles', false, company('comp_initech'), plan(ENTERPRISE)),
  flag('data-export', false, both(plan(BUSINESS, ENTERPRISE), metric('exports', 'lt', 500))),
  flag('eu-hosting', false, trait('region', 'string', 'eq', 'eu')),
  flag('admin-analytics', false, trait('role', 'string', 'eq', 'admin', 'user')),
  flag('maintenance-banner', false),
];

export const COMPANIES = [
  customer('acme', BUSINESS, { seats: 42, region: 'us', calls: 41_230, exports: 118, [AI]: 1_200, [SMS]: 340 }),
  customer('globex', ENTERPRISE, { seats: 310, region: 'eu', calls: 96_512, exports: 402, [AI]: 8_750, [SMS]: 2_400 }),
  customer('initech', GROWTH, { seats: 18, region: 'us', calls: 7_904, exports: 12, [AI]: 260, [SMS]: 90 }),
  customer('hooli', ENTERPRISE, { seats: 1_250, region: 'us', calls: 88_019, exports: 951, [AI]: 20_000, [SMS]: 75 }),
  customer('soylent', STARTER, { seats: 4, region: 'eu', calls: 311, exports: 0, [AI]: 25, [SMS]: 0 }),
];

export const USERS = [
  person('dana', 'acme', 'admin'),
  person('luis', 'acme', 'member'),
  person('mei', 'globex', 'admin'),
  person('otto', 'globex', 'member'),
  person('priya', 'globex', 'viewer'),
  person('bill', 'initech', 'admin'),
  person('samir', 'initech', 'member'),
  person('gavin', 'hooli', 'admin'),
  person('denpok', 'hooli', 'viewer'),
  person('thorn', 'soylent', 'admin'),
];

/** A flag with its rules, the first of which that applies decides. */
export function flag(key, defaultValue, ...rules) {
  const id = `flag_${key}`;
  return {
    id,
    ...OWNER,
    key,
    default_value: defaultValue,
    rules: rules.map((each, index) => rule(`rule_${key}_${index + 1}`, id, index + 1, each)),
  };
}

/** A metric as it counts for a company. */
export function companyMetric(company, name, value) {
  return {
    ...OWNER,
    company_id: company,
    event_subtype: name,
    period: 'current_month',
    month_reset: 'first_of_month',
    value,
    created_at: '2025-01-01T00:00:00Z',
    valid_until: null,
  };
}

/** A trait with its value, which is always text. */
export function traitValue(name, value, type = 'string', entity = 'company') {
  return { trait_definition: definition(name, type, entity), value: String(value) };
}

/** The rule that lets companies on these plans in. */
export function plan(...ids) {
  return { rule_type: 'plan_entitlement', conditions: [{ condition_type: 'plan', resource_ids: ids }] };
}

/** The rule that applies while a metric of this month compares so. */
export function metric(name, operator, value) {
  const condition = {
    condition_type: 'metric',
    operator,
    event_subtype: name,
    metric_value: value,
    metric_period: 'current_month',
    metric_period_month_reset: 'first_of_month',
  };
  return { rule_type: 'standard', conditions: [condition] };
}

/** The rule that applies when all conditions of two others hold. */
export function both(one, other) {
  return { ...one, conditions: [...one.conditions, ...other.conditions] };
}

function credit(id, rate) {
  const condition = { condition_type: 'credit', operator: 'gte', credit_id: id, consumption_rate: rate };
  return { rule_type: 'plan_entitlement', conditions: [condition] };
}

function company(id) {
  return { rule_type: 'company_override', conditions: [{ condition_type: 'company', resource_ids: [id] }] };
}

function trait(name, type, operator, value, entity = 'company') {
  const condition = {
    condition_type: 'trait',
    operator,
    trait_definition: definition(name, type, entity),
    trait_value: value,
  };
  return { rule_type: 'standard', conditions: [condition] };
}

function definition(name, comparable_type, entity_type) {
  return { id: `trait_${name}`, comparable_type, entity_type };
}

function rule(id, flag_id, priority, { rule_type, conditions, value = true }) {
  return {
    id,
    flag_id,
    ...OWNER,
    rule_type,
    name: rule_type,
    priority,
    conditions: conditions.map((each, index) => ({
      id: `${id}_condition_${index + 1}`,
      ...OWNER,
      operator: 'eq',
      resource_ids: [],
      event_subtype: null,
      metric_value: null,
      metric_period: null,
      metric_period_month_reset: null,
      credit_id: null,
      consumption_rate: null,
      trait_definition: null,
      trait_value: '',
      comparison_trait_definition: null,
      ...each,
    })),
    condition_groups: [],
    value,
  };
}

function customer(slug, planId, { seats, region, calls, exports, ...balances }) {
  const id = `comp_${slug}`;
  return {
    id,
    ...OWNER,
    base_plan_id: planId,
    billing_product_ids: [],
    credit_balances: balances,
    entitlements: [aiEntitlement(balances[AI]), apiEntitlement(calls)],
    keys: { slug, domain: `${slug}.example` },
    metrics: [companyMetric(id, 'api-calls', calls), companyMetric(id, 'exports', exports)],
    plan_ids: [planId],
    plan_version_ids: [],
    rules: [],
    subscription: { id: `sub_${slug}`, period_start: '2025-01-01T00:00:00Z', period_end: '2026-01-01T00:00:00Z' },
    traits: [traitValue('seats', seats, 'int'), traitValue('region', region), traitValue('beta', false, 'bool')],
  };
}

function aiEntitlement(remaining) {
  const total = 25_000;
  const left = { credit_id: AI, credit_total: total, credit_used: total - remaining, credit_remaining: remaining };
  return entitlement('ai-assistant', 'credit', left);
}

function apiEntitlement(usage) {
  const limit = { allocation: 100_000, usage, event_name: 'api-calls', event_subtype: 'api-calls' };
  return entitlement('api-access', 'numeric', {
    ...limit,
    metric_period: 'current_month',
    month_reset: 'first_of_month',
  });
}

function entitlement(key, value_type, fields) {
  return {
    feature_id: `feat_${key}`,
    feature_key: key,
    value_type,
    allocation: null,
    soft_limit: null,
    usage: null,
    event_name: null,
    metric_period: null,
    month_reset: null,
    metric_reset_at: null,
    credit_id: null,
    credit_total: null,
    credit_used: null,
    credit_remaining: null,
    ...fields,
  };
}

function person(name, employer, role) {
  return {
    id: `user_${name}`,
    ...OWNER,
    keys: { email: `${name}@${employer}.example` },
    traits: [traitValue('role', role, 'string', 'user')],
    rules: [],
  };
}
