/** The fields of a JSON object. */
export type Fields = Record<string, unknown>;

// Collections of the data model: where a Go server never filled one, it writes `null`.
/** Lists of users and of companies. */
export const LISTS = ['rules', 'traits'];
/** Lists that companies alone have; their metrics are a case of their own. */
export const LISTS_OF_COMPANIES = ['billing_product_ids', 'entitlements', 'plan_ids', 'plan_version_ids'];
const MORE_LISTS = ['metrics', 'conditions', 'condition_groups', 'resource_ids', 'warning_tiers'];
const MAPS = ['keys', 'credit_balances'];

/** The fields of a JSON object; none of anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A field of its own: `__proto__` and `constructor` are names like any other. */
export function own(value: object, name: string): unknown {
  return Object.prototype.hasOwnProperty.call(value, name) ? (value as Fields)[name] : undefined;
}

/**
 * `next` in objects of its own, in which whatever equals its place in `previous` is the very object that stands there:
 * all of it, when nothing differs. A `null` collection becomes an empty one. Mutates neither.
 */
export function adopt(next: unknown, previous: unknown): unknown {
  if (next === previous || typeof next !== 'object' || next === null) return next;
  const isList = Array.isArray(next);
  const before =
    typeof previous === 'object' && previous !== null && Array.isArray(previous) === isList ? previous : {};
  const names = Object.keys(next);
  // A spread copies own fields as own fields, `__proto__` too; assigning to that one then stays within the object.
  const adopted = (isList ? [...(next as unknown[])] : { ...next }) as Fields;
  let isSame = before === previous && names.length === Object.keys(before).length;
  for (const name of names) {
    const was = own(before, name);
    const came = adopted[name];
    if (came === was) continue;
    const is = adopt(filled(name, came), was);
    if (is !== came) adopted[name] = is;
    if (is !== was) isSame = false;
  }
  return isSame ? previous : adopted;
}

function filled(name: string, value: unknown): unknown {
  if (value !== null) return value;
  if ([...LISTS, ...LISTS_OF_COMPANIES, ...MORE_LISTS].includes(name)) return [];
  return MAPS.includes(name) ? {} : value;
}
