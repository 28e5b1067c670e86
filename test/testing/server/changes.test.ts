import { DatastreamServer } from '../../../src/testing/server/datastream-server';
import { sampleCompany, sampleFlag, sampleUser } from '../../support/sample-data';
import { RawClient } from './raw-client';

const COMPANY = 'rulesengine.Company';
const STREAM_ID = expect.stringMatching(/^\d{13}-\d+$/) as string;
const beta = sampleFlag('beta');
const acme = sampleCompany('co_1');
const ada = sampleUser('user_1');

let server: DatastreamServer;
let client: RawClient;

beforeEach(async () => {
  server = await DatastreamServer.start({ flags: [beta], companies: [acme, sampleCompany('co_2')], users: [ada] });
  client = await RawClient.connect(server);
});
afterEach(() => server.stop());

function thrownBy(change: () => void): unknown {
  try {
    change();
  } catch (error) {
    return error;
  }
  return undefined;
}

const followFlags = () => client.askFlags();
const followCompany = (id = 'co_1') => client.ask({ entity_type: COMPANY, keys: { id } });
const followUser = () => client.ask({ entity_type: 'rulesengine.User', keys: { id: 'user_1' } });

describe('flags', () => {
  beforeEach(followFlags);

  test('pushes a flag that is set', async () => {
    const flag = sampleFlag('beta', { default_value: true });
    server.setFlag(flag);
    expect(await client.message()).toEqual({
      data: flag,
      entity_type: 'rulesengine.Flag',
      message_type: 'full',
      stream_id: STREAM_ID,
    });
  });

  test('pushes a flag that is deleted', async () => {
    server.deleteFlag('beta');
    expect(await client.message()).toMatchObject({
      data: beta,
      entity_type: 'rulesengine.Flag',
      message_type: 'delete',
    });
  });

  test('pushes the whole set when it is replaced', async () => {
    server.setFlags([sampleFlag('gamma')]);
    expect(await client.message()).toMatchObject({ data: [{ key: 'gamma' }], entity_type: 'rulesengine.Flags' });
  });

  test('holds what was set last', () => {
    server.setFlag(sampleFlag('beta', { default_value: true }));
    expect(server.flag('beta')).toMatchObject({ default_value: true });
    server.deleteFlag('beta');
    expect(server.flag('beta')).toBeUndefined();
  });

  test('numbers what it pushes, always increasing', async () => {
    for (let count = 0; count < 50; count += 1) server.setFlag(beta);
    const ids: number[] = [];
    for (let count = 0; count < 50; count += 1) {
      const [millis, sequence] = (await client.message()).stream_id?.split('-').map(Number) ?? [];
      ids.push(Number(millis) * 1_000 + Number(sequence));
    }
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });
});

describe('companies', () => {
  beforeEach(() => followCompany());

  test('pushes a company that is set, with its id', async () => {
    server.setCompany(sampleCompany('co_1', { plan_ids: ['plan_1'] }));
    expect(await client.message()).toEqual({
      data: sampleCompany('co_1', { plan_ids: ['plan_1'] }),
      entity_id: 'co_1',
      entity_type: COMPANY,
      message_type: 'full',
      stream_id: STREAM_ID,
    });
  });

  test('pushes only what changed, with the id of the company', async () => {
    server.updateCompany('co_1', { plan_ids: ['plan_1'] });
    expect(await client.message()).toEqual({
      data: { plan_ids: ['plan_1'] },
      entity_id: 'co_1',
      entity_type: COMPANY,
      message_type: 'partial',
      stream_id: STREAM_ID,
    });
  });

  test('holds the company with the change merged in', () => {
    server.updateCompany('co_1', { keys: { crm: '77' } });
    expect(server.company('co_1')).toEqual({ ...acme, keys: { slug: 'co_1', crm: '77' } });
  });

  test('pushes a company that is deleted whole, and no longer knows it', async () => {
    server.deleteCompany('co_1');
    expect(await client.message()).toMatchObject({ data: acme, entity_id: 'co_1', message_type: 'delete' });
    expect(await followCompany()).toMatchObject({ message_type: 'error' });
  });

  test('does not push a company that the connection does not follow', async () => {
    server.setCompany(sampleCompany('co_2', { plan_ids: ['plan_1'] }));
    server.setCompany(acme);
    expect(await client.message()).toMatchObject({ entity_id: 'co_1' });
  });

  test('does not let a later change of the caller reach what it holds', () => {
    const company = sampleCompany('co_3');
    server.setCompany(company);
    company['plan_ids'] = ['plan_1'];
    expect(server.company('co_3')).toMatchObject({ plan_ids: [] });
  });
});

describe('users', () => {
  beforeEach(followUser);

  test('pushes a user that is set', async () => {
    server.setUser(ada);
    expect(await client.message()).toMatchObject({ data: ada, entity_id: 'user_1', message_type: 'full' });
  });

  test('pushes only what changed, and holds the rest', async () => {
    server.updateUser('user_1', { keys: { crm: '5' } });
    expect(await client.message()).toMatchObject({ data: { keys: { crm: '5' } }, entity_id: 'user_1' });
    expect(server.user('user_1')).toMatchObject({ keys: { email: 'user_1@example.com', crm: '5' } });
  });

  test('pushes a user that is deleted', async () => {
    server.deleteUser('user_1');
    expect(await client.message()).toMatchObject({ data: ada, entity_id: 'user_1', message_type: 'delete' });
    expect(server.user('user_1')).toBeUndefined();
  });
});

test('pushes every company to a bulk subscriber', async () => {
  await client.ask({ entity_type: 'rulesengine.Companies' });
  server.updateCompany('co_1', { plan_ids: [] });
  server.setCompany(sampleCompany('co_new'));
  expect(await client.message()).toMatchObject({ entity_id: 'co_1', message_type: 'partial' });
  expect(await client.message()).toMatchObject({ entity_id: 'co_new', message_type: 'full' });
});

test('pushes nothing to a connection that asked for nothing', async () => {
  server.setFlag(beta);
  server.push({ entity_type: 'rulesengine.Companies', message_type: 'reload' });
  expect(await client.message()).toEqual({ entity_type: 'rulesengine.Companies', message_type: 'reload' });
});

test('pushes any message verbatim to everyone', async () => {
  const other = await RawClient.connect(server);
  const message = { data: { error: 'Generic datastream error' }, entity_type: 'unknown', message_type: 'error' };
  server.push(message);
  expect([await client.message(), await other.message()]).toEqual([message, message]);
});

test.each([
  ['all flags', { entity_type: 'rulesengine.Flags' }, () => server.setFlag(beta)],
  ['a company by another of its keys', { entity_type: COMPANY, keys: { slug: 'CO_1' } }, () => server.setCompany(acme)],
])('stops to push %s without a word after a stop', async (_what, subscription, change) => {
  await client.ask(subscription);
  client.request({ action: 'stop', ...subscription });
  const connection = await server.connection();
  await connection.request(({ action }) => action === 'stop');
  expect(connection.subscriptions).toEqual([]);
  change();
  server.push({ entity_type: 'unknown', message_type: 'marker' });
  expect(await client.message()).toMatchObject({ message_type: 'marker' });
});

test('shows what a connection follows', async () => {
  await followFlags();
  await followCompany();
  const [connection] = server.connections;
  expect(connection?.subscriptions).toEqual([
    { entity_type: 'rulesengine.Flags' },
    { entity_type: COMPANY, entity_id: 'co_1' },
  ]);
});

test.each([
  ['deleteFlag', () => server.deleteFlag('nope')],
  ['updateCompany', () => server.updateCompany('nope', {})],
  ['deleteCompany', () => server.deleteCompany('nope')],
  ['updateUser', () => server.updateUser('nope', {})],
  ['deleteUser', () => server.deleteUser('nope')],
])('%s throws for what the server does not hold', (_method, change) => {
  expect(thrownBy(change)).toMatchObject({ code: 'NOT_FOUND' });
});

test('throws for an entity without a name', () => {
  expect(thrownBy(() => server.setFlag({ key: '' }))).toMatchObject({ code: 'INVALID_OPTION', option: 'flag' });
  expect(thrownBy(() => server.setCompany({ id: '' }))).toMatchObject({ code: 'INVALID_OPTION', option: 'company' });
});

test('throws for a partial that renames its entity', () => {
  expect(thrownBy(() => server.updateCompany('co_1', { id: 'co_9' }))).toMatchObject({ option: 'id' });
});

describe('deletes, in every form that clients meet', () => {
  test.each([
    ['the whole flag', undefined, beta],
    ['its key alone', { by: 'key' as const }, { key: 'beta' }],
    ['its id alone', { by: 'id' as const }, { id: beta['id'] }],
  ])('a flag, by %s', async (_form, deletion, data) => {
    await followFlags();
    server.deleteFlag('beta', deletion);
    expect(await client.message()).toMatchObject({ data, message_type: 'delete' });
    expect(server.flag('beta')).toBeUndefined();
  });

  test.each([
    ['its data and its id', undefined, { data: acme, entity_id: 'co_1' }],
    ['its data alone', { by: 'data' as const }, { data: acme, entity_id: null }],
    ['its id alone', { by: 'entity_id' as const }, { entity_id: 'co_1' }],
  ])('a company, by %s', async (_form, deletion, named) => {
    await followCompany();
    server.deleteCompany('co_1', deletion);
    expect(await client.message()).toEqual({
      ...named,
      entity_type: COMPANY,
      message_type: 'delete',
      stream_id: STREAM_ID,
    });
  });

  test('a user, by its data alone', async () => {
    await followUser();
    server.deleteUser('user_1', { by: 'data' });
    expect(await client.message()).toMatchObject({ data: ada, entity_id: null, message_type: 'delete' });
  });
});

test('keeps to itself what changes silently, until it tells everyone to reload', async () => {
  await followCompany();
  server.silently(() => server.updateCompany('co_1', { plan_ids: ['plan_9'] }));
  server.reload();
  expect(await client.message()).toEqual({ entity_type: 'rulesengine.Companies', message_type: 'reload' });
  expect(await followCompany()).toMatchObject({ data: { plan_ids: ['plan_9'] } });
});

test('pushes again after a silent change that threw', async () => {
  await followCompany();
  expect(thrownBy(() => server.silently(() => server.deleteCompany('nope')))).toMatchObject({ code: 'NOT_FOUND' });
  server.setCompany(acme);
  expect(await client.message()).toMatchObject({ entity_id: 'co_1' });
});
