import { isDeepStrictEqual } from 'node:util';

/**
 * One thing that can be said about an entity, and may change: `field` is its kind, `item` which of that kind.
 *
 * @typedef {{ field: string, item?: string, period?: string, value: unknown }} Aspect
 */

const ASPECTS = {
  flag: ({ default_value, rules }) => [
    { field: 'default', value: default_value },
    ...list(rules).map((rule) => ({ field: 'rule', item: rule.id, value: rule })),
  ],
  company: (company) => [
    { field: 'plan', value: company.base_plan_id ?? null },
    ...traits(company),
    ...list(company.metrics).map(({ event_subtype: item, period, value }) => ({
      field: 'metric',
      item,
      period,
      value,
    })),
    ...entries('credits', company.credit_balances),
    ...entries('key', company.keys),
    ...rules(company),
  ],
  user: (user) => [...traits(user), ...entries('key', user.keys), ...rules(user)],
};

/** @returns {Aspect[]} */
export function aspectsOf(kind, entity) {
  return ASPECTS[kind](entity);
}

/** What differs: `from` is absent where something was added, `to` where it was removed. */
export function changesBetween(kind, previous, current) {
  const before = byName(aspectsOf(kind, previous));
  const after = byName(aspectsOf(kind, current));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => !isDeepStrictEqual(before.get(name)?.value, after.get(name)?.value))
    .map((name) => {
      const { field, item, period } = after.get(name) ?? before.get(name);
      return { field, item, period, from: before.get(name)?.value, to: after.get(name)?.value };
    });
}

function byName(aspects) {
  return new Map(aspects.map((aspect) => [JSON.stringify([aspect.field, aspect.item, aspect.period]), aspect]));
}

function traits({ traits }) {
  return list(traits).map(({ trait_definition, value }) => ({ field: 'trait', item: trait_definition?.id, value }));
}

function rules({ rules }) {
  return list(rules).map((rule) => ({ field: 'rule', item: rule.id, value: rule }));
}

function entries(field, record) {
  return Object.entries(record ?? {}).map(([item, value]) => ({ field, item, value }));
}

/** A server written in Go sends null for a list that is empty. */
function list(value) {
  return value ?? [];
}
