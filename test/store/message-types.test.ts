import type {
  Company,
  CompanyMetric,
  Condition,
  ConditionType,
  DatastreamMessage,
  DatastreamRequest,
  FeatureEntitlement,
  Flag,
  Keys,
  MetricPeriod,
  MonthReset,
  Operator,
  Rule,
  RuleType,
  Subscription,
  Trait,
  TraitDefinition,
  UnknownMessage,
  User,
  ValueType,
  Wire,
} from '../../src';
import { DatastreamClient } from '../../src';

/** What the compiler knows of a message after two tests, in either order; the compiler is the one who tests this. */
function told(message: DatastreamMessage): string {
  if (message.entity_type === 'rulesengine.Company') {
    if (message.message_type === 'full') return whole(message.data);
    if (message.message_type === 'partial')
      return `changed ${String(message.data.credit_lease_balance?.['c']?.remaining)}`;
    if (message.message_type === 'delete') return `gone ${String(message.entity_id ?? message.data?.id)}`;
  }
  if (message.message_type === 'error') return `refused ${refused(message.data.keys)}`;
  if (message.message_type === 'full' && message.entity_type === 'rulesengine.Flags') return flags(message.data ?? []);
  if (message.message_type === 'full' && message.entity_type === 'rulesengine.Flag') return flags([message.data]);
  return 'other';
}
const whole = ({ id }: Wire<Company>) => `company ${id}`;
const flags = (all: Wire<Flag>[]) => `flags ${all.map(({ key }) => key).join()}`;
const refused = (keys: Keys | undefined) => JSON.stringify(keys);

test.each([
  ['company co_1', { entity_type: 'rulesengine.Company', message_type: 'full', data: { id: 'co_1' } }],
  [
    'changed 60',
    {
      entity_type: 'rulesengine.Company',
      message_type: 'partial',
      data: { credit_lease_balance: { c: { remaining: 60 } } },
    },
  ],
  ['gone co_1', { entity_type: 'rulesengine.Company', message_type: 'delete', entity_id: 'co_1' }],
  [
    'refused {"id":"x"}',
    { entity_type: 'rulesengine.User', message_type: 'error', data: { error: 'no', keys: { id: 'x' } } },
  ],
  ['flags a', { entity_type: 'rulesengine.Flags', message_type: 'full', data: [{ key: 'a' }] }],
  ['flags b', { entity_type: 'rulesengine.Flag', message_type: 'full', data: { key: 'b' } }],
  ['other', { entity_type: 'rulesengine.Future', message_type: 'full', data: 1 }],
])('a message is narrowed by its two types: %s', (expected, message) => {
  expect(told(message as unknown as DatastreamMessage)).toBe(expected);
});

test('what is left when all that is known is handled are messages of unknown types', () => {
  const rest = (message: DatastreamMessage): UnknownMessage | undefined => {
    switch (message.message_type) {
      case 'full':
      case 'partial':
      case 'delete':
      case 'error':
      case 'reload':
        return undefined;
      default:
        return message;
    }
  };
  expect(rest({ entity_type: 'unknown', message_type: 'unknown' })).toBeDefined();
});

test('a decoder of the user decides what a message is', () => {
  const client = new DatastreamClient({
    url: 'wss://example.com/datastream',
    apiKey: 'key',
    decode: () => ({ entity_type: 'mine', n: 1 }),
    messageHandler: ({ n }) => void n.toFixed(),
  });
  expect(client.state.status).toBe('idle');
});

test('the data model is typed in its wire form, and its unions take what the server may add', () => {
  const future: [RuleType, ConditionType, Operator, MetricPeriod, MonthReset, ValueType] = [
    ...(['override', 'region', 'between', 'current_year', 'never', 'tiers'] as const),
  ];
  const read = (company: Company, user: User, flag: Flag): unknown => {
    const rule: Rule | undefined = flag.rules[0] ?? user.rules[0];
    const condition: Condition | undefined = rule?.condition_groups[0]?.conditions[0];
    const metric: CompanyMetric | undefined = company.metrics[0];
    const entitlement: FeatureEntitlement | undefined = company.entitlements?.[0];
    const subscription: Subscription | null = company.subscription;
    const trait: Trait | undefined = company.traits[0];
    const definition: TraitDefinition | null | undefined = trait?.trait_definition ?? condition?.trait_definition;
    // @ts-expect-error -- what is held is immutable
    company.plan_ids[0] = 'plan_1';
    return [condition, metric?.month_reset, entitlement?.credit_remaining, subscription?.period_end, definition];
  };
  expect([future.length, typeof read]).toEqual([6, 'function']);
});

test('requests are typed', () => {
  const requests: DatastreamRequest[] = [
    { data: { action: 'start', entity_type: 'rulesengine.Flags', page_size: 100, replay_from: '1-0' } },
    { data: { action: 'stop', entity_type: 'rulesengine.Company', keys: { slug: 'acme' } } },
    // @ts-expect-error -- there is no such action
    { data: { action: 'subscribe', entity_type: 'rulesengine.Flags' } },
    // @ts-expect-error -- keys are text
    { data: { action: 'start', entity_type: 'rulesengine.User', keys: { id: 1 } } },
  ];
  expect(requests).toHaveLength(4);
});
