import { fieldsOf, LISTS, LISTS_OF_COMPANIES, own, type Fields } from './adopt';

/** Applies the changed fields of a partial message to an entity, which it does not mutate (protocol, section 3.3). */
export type Merge = (entity: Fields, partial: Fields) => Fields;

const REPLACED = ['id', 'account_id', 'environment_id', ...LISTS];
const REPLACED_IN_COMPANIES = ['base_plan_id', 'subscription', ...LISTS_OF_COMPANIES];
/** What tells one metric of a company from another. */
const METRIC_IDENTITY = ['event_subtype', 'period', 'month_reset'];

/** Keys are merged, the other known fields replaced, unknown ones ignored. */
export const mergeUser: Merge = (user, partial) => ({
  ...user,
  ...replaced(partial, REPLACED),
  ...merged('keys', user, partial['keys']),
});

/** As for users; balances and metrics are merged too, and what entitlements say of them is derived again. */
export const mergeCompany: Merge = (company, partial) => {
  const balances = { ...fieldsOf(partial['credit_balances']), ...leftOfLeases(partial['credit_lease_balance']) };
  const metrics = 'metrics' in partial ? upserted(objects(company['metrics']), objects(partial['metrics'])) : [];
  const entitlements = company['entitlements'];
  return {
    ...mergeUser(company, partial),
    ...merged('credit_balances', company, balances),
    ...(metrics.length > 0 && { metrics }),
    ...(Array.isArray(entitlements) && { entitlements: entitlements.map((each) => derived(each, balances, metrics)) }),
    ...replaced(partial, REPLACED_IN_COMPANIES),
  };
};

function replaced(partial: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(partial).filter(([name]) => names.includes(name)));
}

function merged(name: string, entity: Fields, incoming: unknown): Fields {
  const changes = fieldsOf(incoming);
  return Object.keys(changes).length > 0 ? { [name]: { ...fieldsOf(entity[name]), ...changes } } : {};
}

/** A lease of credits tells the balance under another name. */
function leftOfLeases(leases: unknown): Fields {
  const left = Object.entries(fieldsOf(leases)).map(
    ([credit, lease]) => [credit, fieldsOf(lease)['remaining']] as const,
  );
  return Object.fromEntries(left.filter(([, remaining]) => typeof remaining === 'number'));
}

function upserted(held: Fields[], incoming: Fields[]): Fields[] {
  const metrics = [...held];
  for (const metric of incoming) {
    const index = metrics.findIndex((each) => METRIC_IDENTITY.every((name) => each[name] === metric[name]));
    metrics.splice(index < 0 ? metrics.length : index, 1, metric);
  }
  return metrics;
}

function derived(entitlement: unknown, balances: Fields, metrics: Fields[]): unknown {
  const { credit_id, event_name, metric_period: period, month_reset: reset } = fieldsOf(entitlement);
  const balance = credit_id ? own(balances, credit_id as string) : undefined;
  const isWanted = (metric: Fields) =>
    metric['event_subtype'] === event_name &&
    metric['period'] === (period ?? 'all_time') &&
    metric['month_reset'] === (reset ?? 'first_of_month');
  const metric = event_name ? metrics.find(isWanted) : undefined;
  if (balance === undefined && !metric) return entitlement;
  const changed = { ...fieldsOf(entitlement) };
  if (balance !== undefined) changed['credit_remaining'] = balance;
  if (metric) changed['usage'] = metric['value'];
  return changed;
}

function objects(list: unknown): Fields[] {
  return Array.isArray(list) ? list.map(fieldsOf).filter((each, place) => each === list[place]) : [];
}
