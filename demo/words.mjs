const PERIODS = { current_day: 'today', current_week: 'this week', current_month: 'this month', all_time: 'in total' };
const OPERATORS = {
  eq: 'is',
  ne: 'is not',
  gt: '>',
  gte: '≥',
  lt: '<',
  lte: '≤',
  is_empty: 'is empty',
  not_empty: 'is set',
};

/** Puts flags, rules and values into words. */
export class Words {
  #names;

  /** @param {Record<string, string>} names what people call the things that the wire knows by an id */
  constructor(names) {
    this.#names = names;
  }

  name(id) {
    return this.#names[id] ?? String(id);
  }

  period(period) {
    return PERIODS[period] ?? period ?? '';
  }

  value(value) {
    if (typeof value === 'boolean') return value ? 'on' : 'off';
    if (value === null || value === undefined || value === '') return 'none';
    if (typeof value === 'number') return number(value);
    return typeof value === 'string' ? this.name(value) : JSON.stringify(value);
  }

  /** "on when plan is Business or Enterprise" */
  rule({ value, conditions, condition_groups }) {
    const groups = (condition_groups ?? []).map(({ conditions: any }) =>
      (any ?? []).map((each) => this.#condition(each)),
    );
    const all = [...(conditions ?? []).map((each) => this.#condition(each)), ...groups.map((any) => any.join(' or '))];
    return `${this.value(value)} ${all.length === 0 ? 'for everybody' : `when ${all.join(' and ')}`}`;
  }

  #condition(condition) {
    const { condition_type, operator, resource_ids } = condition;
    const compares = OPERATORS[operator] ?? operator;
    switch (condition_type) {
      case 'metric':
        return `${this.#metric(condition)} ${compares} ${number(condition.metric_value ?? 0)}`;
      case 'credit':
        return `${this.name(condition.credit_id)} left ≥ ${number(condition.consumption_rate ?? 1)}`;
      case 'trait':
        return `${this.#trait(condition.trait_definition)} ${compares} ${this.#comparedWith(condition)}`.trimEnd();
      default: {
        const names = (resource_ids ?? []).map((id) => this.name(id));
        return `${condition_type.replaceAll('_', ' ')} ${compares} ${alternatives(names)}`;
      }
    }
  }

  #metric({ event_subtype, metric_period }) {
    return `${event_subtype} ${this.period(metric_period)}`.trimEnd();
  }

  #trait(definition) {
    return `${definition?.entity_type === 'user' ? "user's " : ''}${this.name(definition?.id)}`;
  }

  #comparedWith({ trait_value, comparison_trait_definition }) {
    return comparison_trait_definition ? this.#trait(comparison_trait_definition) : (trait_value ?? '');
  }
}

/** "1,200" */
export function number(value) {
  return value.toLocaleString('en-US');
}

/** "1 flag", "12 flags" */
export function counted(count, noun, plural = `${noun}s`) {
  return `${number(count)} ${count === 1 ? noun : plural}`;
}

/** "12 flags, 5 companies", of what there is any. */
export function entitiesInWords({ flags, companies, users }) {
  const kinds = [
    [flags, 'flag'],
    [companies, 'company', 'companies'],
    [users, 'user'],
  ];
  return kinds.flatMap((kind) => (kind[0] > 0 ? [counted(...kind)] : [])).join(', ') || 'nothing';
}

function alternatives(words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** "2.5 s" */
export function seconds(value) {
  return `${value.toFixed(1)} s`;
}
