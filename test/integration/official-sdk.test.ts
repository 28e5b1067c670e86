import { DatastreamServer } from '../../src/testing/server/datastream-server';
import { OfficialSdk } from '../support/official-sdk';
import { sampleCompany, sampleFlag, sampleUser } from '../support/sample-data';

const OWNER = { account_id: 'acct_1', environment_id: 'env_1' };
// The SDK itself waits 30 s for an answer.
const FAST = 5_000;

function rule(name: string, conditions: object[], fields: object = {}): object {
  const standard = { flag_id: `flag_${name}`, rule_type: 'standard', priority: 1, value: true };
  return { id: `rule_${name}`, ...OWNER, name, ...standard, conditions, condition_groups: [], ...fields };
}

function condition(condition_type: string, fields: object): object {
  return {
    id: `cond_${condition_type}`,
    ...OWNER,
    condition_type,
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
    ...fields,
  };
}

const tier = { id: 'trait_tier', comparable_type: 'string', entity_type: 'company' };
const role = { id: 'trait_role', comparable_type: 'string', entity_type: 'user' };
const flagWithRule = (key: string, ...conditions: object[]) => sampleFlag(key, { rules: [rule(key, conditions)] });
const flags = [
  sampleFlag('plain'),
  flagWithRule('by-plan', condition('plan', { resource_ids: ['plan_pro'] })),
  flagWithRule('by-trait', condition('trait', { trait_definition: tier, trait_value: 'gold' })),
  flagWithRule('by-user', condition('trait', { trait_definition: role, trait_value: 'admin' })),
  flagWithRule('by-credit', condition('credit', { credit_id: 'credit_1', consumption_rate: 10 })),
  sampleFlag('overridden', { rules: [rule('overridden', [], { rule_type: 'global_override' })] }),
];
const acme = sampleCompany('co_acme', {
  keys: { slug: 'acme', crm: '77' },
  plan_ids: ['plan_free'],
  credit_balances: { credit_1: 100 },
  traits: [{ trait_definition: tier, value: 'silver' }],
});
const ada = sampleUser('user_ada', { traits: [{ trait_definition: role, value: 'admin' }] });

let server: DatastreamServer;
let sdk: OfficialSdk;

beforeEach(async () => {
  server = await DatastreamServer.start({ apiKeys: ['key'], flags, companies: [acme], users: [ada] });
  sdk = new OfficialSdk(server.url);
  await sdk.call('ready');
});
afterEach(async () => {
  sdk.kill();
  await sdk.exited;
  await server.stop();
});

const check = (flag: string, company?: object, user?: object) => sdk.call('check', { flag, company, user });
const slug = { slug: 'acme' };

test('the SDK identifies itself and asks for the flags', async () => {
  const connection = await server.connection();
  expect(connection.headers).toMatchObject({ 'x-schematic-client': '@schematichq/schematic-typescript-node' });
  expect(connection.requests).toEqual([{ action: 'start', entity_type: 'rulesengine.Flags' }]);
});

test('the SDK loads every flag', async () => {
  for (const { key } of flags) expect(await sdk.call('flag', { key })).toMatchObject({ key });
});

test('a rule of a streamed flag decides against its default', async () => {
  expect(await check('overridden')).toMatchObject({ value: true, ruleId: 'rule_overridden' });
});

test('a flag without rules gives its default', async () => {
  expect(await check('plain')).toMatchObject({ value: false, flagId: 'flag_plain' });
});

test('a rule on the traits of a user decides', async () => {
  expect(await check('by-user', undefined, { email: 'user_ada@example.com' })).toMatchObject({
    value: true,
    userId: 'user_ada',
  });
});

test.each([
  ['a key', slug],
  ['a second key', { crm: '77' }],
  ['a key in another case', { slug: 'ACME' }],
])('the SDK fetches a company by %s', async (_by, keys) => {
  expect(await sdk.call('company', { keys })).toMatchObject({ id: 'co_acme' });
});

test.each<[string, string, object, boolean, boolean]>([
  ['plan_ids', 'by-plan', { plan_ids: ['plan_pro'] }, false, true],
  ['traits', 'by-trait', { traits: [{ trait_definition: tier, value: 'gold' }] }, false, true],
  ['credit_balances', 'by-credit', { credit_balances: { credit_1: 3 } }, true, false],
  [
    'credit_lease_balance',
    'by-credit',
    { credit_lease_balance: { credit_1: { remaining: 3, reserved: 97 } } },
    true,
    false,
  ],
])('a pushed partial with %s changes what %s answers', async (_field, flag, partial, before, after) => {
  expect(await check(flag, slug)).toMatchObject({ value: before, companyId: 'co_acme' });
  server.updateCompany('co_acme', partial);
  await sdk.caughtUp();
  expect(await check(flag, slug)).toMatchObject({ value: after, companyId: 'co_acme' });
});

test('a pushed flag changes what the SDK answers', async () => {
  server.setFlag(sampleFlag('plain', { default_value: true }));
  await sdk.caughtUp();
  expect(await check('plain')).toMatchObject({ value: true });
});

test('a deleted flag is gone', async () => {
  expect(await sdk.call('flag', { key: 'overridden' })).not.toBeNull();
  server.deleteFlag('overridden');
  await sdk.caughtUp();
  expect(await sdk.call('flag', { key: 'overridden' })).toBeNull();
});

test('a deleted company is no longer found', async () => {
  await sdk.call('company', { keys: slug });
  server.deleteCompany('co_acme');
  await sdk.caughtUp();
  await expect(sdk.call('company', { keys: slug })).rejects.toThrow('Company not found');
});

test('an unknown company fails fast', async () => {
  const before = performance.now();
  await expect(sdk.call('company', { keys: { slug: 'nobody' } })).rejects.toThrow('Company not found');
  expect(performance.now() - before).toBeLessThan(FAST);
});

test('the SDK comes back after a restart and has its flags again', async () => {
  const again = server.nextConnection();
  await server.restart();
  await (await again).request(({ entity_type }) => entity_type === 'rulesengine.Flags');
  await sdk.caughtUp();
  expect(await check('overridden')).toMatchObject({ value: true });
});

test('the SDK closes cleanly and its process ends by itself', async () => {
  await check('overridden');
  const connection = await server.connection();
  await sdk.call('close');
  expect(await connection.closed).toMatchObject({ code: 1005 });
  expect(await sdk.exited).toEqual([0, null]);
  expect(sdk.complaints).toBe('');
});
