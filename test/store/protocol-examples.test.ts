import { fakeStore } from '../support/fake-store';
import { outcome } from '../support/fake-client';

type World = ReturnType<typeof fakeStore>;

const FLAG = '"id":"flag_1","account_id":"acct_1","environment_id":"env_1","key":"beta"';
const SET = `{"data":[{${FLAG},"default_value":false,"rules":[]}],"entity_id":null,"entity_type":"rulesengine.Flags","message_type":"full"}`;
const COMPANY =
  '{"data":{"id":"co_1","account_id":"acct_1","environment_id":"env_1","keys":{"slug":"acme"},"traits":[],"rules":[],"metrics":[],"plan_ids":["plan_1"],"plan_version_ids":[],"billing_product_ids":[],"base_plan_id":null,"subscription":null,"credit_balances":{"credit_1":100}},"entity_id":"co_1","entity_type":"rulesengine.Company","message_type":"full"}';

const flag = (world: World) => world.store.flag('beta')?.default_value;
const company = (world: World) => world.store.peekCompany({ slug: 'acme' });

// Protocol, section 1.4, its examples in their order: each is told to a store that knows the first and the fourth.
test.each<[string, string, (world: World) => unknown, unknown]>([
  ['the set of flags', SET, flag, false],
  [
    'one flag',
    `{"data":{${FLAG},"default_value":true,"rules":[]},"entity_type":"rulesengine.Flag","message_type":"full","stream_id":"1718000000001-0"}`,
    flag,
    true,
  ],
  [
    'a flag that is deleted',
    '{"data":{"id":"flag_1","key":"beta","account_id":"acct_1","environment_id":"env_1","default_value":true,"rules":[]},"entity_type":"rulesengine.Flag","message_type":"delete"}',
    flag,
    undefined,
  ],
  ['a company', COMPANY, (world) => company(world)?.plan_ids, ['plan_1']],
  [
    'a balance that changed',
    '{"data":{"credit_balances":{"credit_1":97}},"entity_id":"co_1","entity_type":"rulesengine.Company","message_type":"partial"}',
    (world) => company(world)?.credit_balances,
    { credit_1: 97 },
  ],
  [
    'a lease of credits',
    '{"data":{"credit_lease_balance":{"credit_1":{"remaining":60,"reserved":37}}},"entity_id":"co_1","entity_type":"rulesengine.Company","message_type":"partial"}',
    (world) => company(world)?.credit_balances,
    { credit_1: 60 },
  ],
  [
    'a company that is deleted',
    '{"data":{"id":"co_1","keys":{"slug":"acme"}},"entity_id":"co_1","entity_type":"rulesengine.Company","message_type":"delete"}',
    company,
    undefined,
  ],
  [
    'an error that names nobody',
    '{"data":{"error":"Generic datastream error"},"entity_type":"unknown","message_type":"error"}',
    (world) => [flag(world), company(world)?.id, world.errors],
    [false, 'co_1', []],
  ],
  [
    'a reload',
    '{"entity_type":"rulesengine.Companies","message_type":"reload"}',
    (world) => [world.store.stale, world.asked().slice(-2)],
    [
      true,
      [
        { action: 'start', entity_type: 'rulesengine.Flags' },
        { action: 'start', entity_type: 'rulesengine.Company', keys: { slug: 'acme' } },
      ],
    ],
  ],
])('an example of the protocol is understood: %s', (_, frame, read, expected) => {
  const world = fakeStore();
  world.accept();
  for (const each of [SET, COMPANY, frame]) world.platform.socket.deliver(each);
  expect(read(world)).toEqual(expected);
});

test('an example of the protocol is understood: a company that there is not', async () => {
  const world = fakeStore();
  world.connect();
  const asked = world.store.company({ id: 'company-not-found' });
  world.platform.socket.deliver(
    '{"data":{"error":"Company not found","entity_type":"rulesengine.Company","keys":{"id":"company-not-found"}},"entity_type":"rulesengine.Company","message_type":"error"}',
  );
  expect(await outcome(asked)).toMatchObject({ code: 'NOT_FOUND' });
});
