import { Words } from './words.mjs';

const metric = (name) => (company) => company.metrics.find(({ event_subtype }) => event_subtype === name)?.value;
const trait = (name) => (entity) =>
  entity.traits.find(({ trait_definition: { id } }) => id === `trait_${name}`)?.value ?? '';

/**
 * What the tables say of an entity, for each table its columns: heading, what stands in them, and a class.
 *
 * @param {Record<string, string>} names what people call the things that the wire knows by an id
 */
export function columnsWith(names) {
  const words = new Words(names);
  return {
    companies: [
      ['Company', ({ keys }) => keys?.slug ?? ''],
      ['Plan', ({ base_plan_id }) => words.value(base_plan_id)],
      ['Seats', (company) => Number(trait('seats')(company)), 'number'],
      ['API calls', metric('api-calls'), 'number'],
      ['Exports', metric('exports'), 'number'],
      ['AI credits', ({ credit_balances }) => credit_balances?.credit_ai, 'number'],
      ['SMS credits', ({ credit_balances }) => credit_balances?.credit_sms, 'number'],
      ['Beta tester', (company) => (trait('beta')(company) === 'true' ? 'yes' : 'no')],
    ],
    flags: [
      ['Flag', ({ key }) => key],
      ['Default', ({ default_value }) => words.value(default_value)],
      ['Rules', ({ rules }) => rules.map((rule) => words.rule(rule)).join('; ') || 'none'],
    ],
    users: [
      ['User', ({ keys }) => keys?.email ?? ''],
      ['Role', trait('role')],
    ],
  };
}
