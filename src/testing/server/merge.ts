import { isFields, type Fields } from './entities';

const REPLACED_IN_BOTH = ['id', 'account_id', 'environment_id', 'rules', 'traits'];
const REPLACED_IN_COMPANIES = [
  ...REPLACED_IN_BOTH,
  'base_plan_id',
  'billing_product_ids',
  'entitlements',
  'plan_ids',
  'plan_version_ids',
  'subscription',
];

/** Applies a partial company: some fields are replaced, some merged, and what follows from them is derived again. */
export function mergeCompany(company: Fields, partial: Fields): Fields {
  const merged = { ...company, ...pick(partial, REPLACED_IN_COMPANIES), ...mergedKeys(company, partial) };
  const balances = incomingBalances(partial);
  if (balances) merged['credit_balances'] = { ...fields(company['credit_balances']), ...balances };
  if ('metrics' in partial) merged['metrics'] = upsertMetrics(company['metrics'], partial['metrics']);
  if ('entitlements' in partial || !Array.isArray(merged['entitlements'])) return merged;

  const metrics = 'metrics' in partial ? objects(merged['metrics']) : [];
  merged['entitlements'] = merged['entitlements'].map((each: unknown) =>
    isFields(each) ? deriveEntitlement(each, balances ?? {}, metrics) : each,
  );
  return merged;
}

/** Applies a partial user: keys are merged, the other known fields replaced. */
export function mergeUser(user: Fields, partial: Fields): Fields {
  return { ...user, ...pick(partial, REPLACED_IN_BOTH), ...mergedKeys(user, partial) };
}

function mergedKeys(entity: Fields, partial: Fields): Fields {
  return 'keys' in partial ? { keys: { ...fields(entity['keys']), ...fields(partial['keys']) } } : {};
}

// A lease carries the balance that is left under another name: {creditId: {remaining, reserved}}.
function incomingBalances(partial: Fields): Fields | undefined {
  if (!('credit_balances' in partial) && !('credit_lease_balance' in partial)) return undefined;
  // Entries, since a credit may bear any name, that of a setter included.
  const leases = Object.entries(fields(partial['credit_lease_balance'])).flatMap(([creditId, lease]) =>
    isFields(lease) && 'remaining' in lease ? [[creditId, lease['remaining']]] : [],
  );
  return { ...fields(partial['credit_balances']), ...(Object.fromEntries(leases) as Fields) };
}

function upsertMetrics(held: unknown, incoming: unknown): Fields[] {
  const merged = [...objects(held)];
  for (const metric of objects(incoming)) {
    const index = merged.findIndex((each) => metricId(each) === metricId(metric));
    merged.splice(index < 0 ? merged.length : index, 1, metric);
  }
  return merged;
}

function metricId({ event_subtype, period, month_reset }: Fields): string {
  return JSON.stringify([event_subtype, period, month_reset]);
}

function deriveEntitlement(entitlement: Fields, balances: Fields, metrics: Fields[]): Fields {
  const derived = { ...entitlement };
  const creditId = entitlement['credit_id'];
  if (typeof creditId === 'string' && Object.hasOwn(balances, creditId))
    derived['credit_remaining'] = balances[creditId];
  const eventName = entitlement['event_name'];
  if (!eventName) return derived;
  const wanted = metricId({
    event_subtype: eventName,
    period: entitlement['metric_period'] ?? 'all_time',
    month_reset: entitlement['month_reset'] ?? 'first_of_month',
  });
  const metric = metrics.find((each) => metricId(each) === wanted);
  if (metric) derived['usage'] = metric['value'];
  return derived;
}

function pick(from: Fields, names: string[]): Fields {
  return Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function objects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
