import { DatastreamServer } from '../../../src/testing/server/datastream-server';
import { sampleCompany, sampleFlag, sampleUser } from '../../support/sample-data';
import { RawClient } from './raw-client';

const FLAGS = 'rulesengine.Flags';
const COMPANY = 'rulesengine.Company';
const acme = sampleCompany('co_1', { keys: { slug: 'Acme', crm: '77' } });
const ada = sampleUser('user_1', { keys: { email: 'ada@example.com' } });

let server: DatastreamServer;
let client: RawClient;

beforeEach(async () => {
  const flags = ['a', 'b', 'c', 'd', 'e'].map((key) => sampleFlag(key));
  server = await DatastreamServer.start({ flags, companies: [acme], users: [ada] });
  client = await RawClient.connect(server);
});
afterEach(() => server.stop());

test('answers a flags request with all flags', async () => {
  expect(await client.askFlags()).toEqual({
    data: ['a', 'b', 'c', 'd', 'e'].map((key) => sampleFlag(key)),
    entity_id: null,
    entity_type: FLAGS,
    message_type: 'full',
  });
});

test('answers a flags request with an empty set when there are none', async () => {
  server.setFlags([]);
  expect((await client.askFlags()).data).toEqual([]);
});

test('passes null collections on as they are', async () => {
  server.setFlags(null);
  expect((await client.askFlags()).data).toBeNull();
  server.setFlag(sampleFlag('nil', { rules: null }));
  expect((await client.message()).data).toMatchObject({ rules: null });
});

test.each([
  ['Go', '{"data":{"action":"","entity_type":"rulesengine.Flags"}}\n'],
  ['Node', '{"data":{"entity_type":"rulesengine.Flags"}}'],
  ['Python', '{"data": {"action": "start", "entity_type": "rulesengine.Flags"}}'],
  ['Java', '{"data":{"action":"start","entity_type":"rulesengine.Flags","keys":null}}'],
  ['C#', '{"data":{"action":null,"entity_type":"rulesengine.Flags","keys":null}}'],
  ['the replicator', '{"data":{"action":"start","entity_type":"rulesengine.Flags","replay_from":"1718000000000-0"}}'],
])('understands the flags request of %s', async (_sender, frame) => {
  client.socket.send(frame);
  expect(await client.message()).toMatchObject({ entity_type: FLAGS, message_type: 'full' });
});

test('understands a binary frame', async () => {
  client.socket.send(Buffer.from('{"data":{"entity_type":"rulesengine.Flags"}}'), { binary: true });
  expect(await client.message()).toMatchObject({ entity_type: FLAGS, message_type: 'full' });
});

test('notes every request with its action filled in', async () => {
  client.socket.send(
    '{"data":{"keys":null,"entity_type":"rulesengine.Flags","action":"","page_size":2,"replay_from":"1-0"}}\n',
  );
  const connection = await server.connection();
  expect(await connection.request()).toEqual({ action: 'start', entity_type: FLAGS, page_size: 2, replay_from: '1-0' });
});

test.each([
  ['its id', { id: 'co_1' }],
  ['its first key', { slug: 'Acme' }],
  ['its second key', { crm: '77' }],
  ['a key in another case', { SLUG: 'aCME' }],
  ['several keys', { crm: '77', slug: 'Acme' }],
  ['one right key among others', { unknown: 'x', slug: 'Acme' }],
])('finds a company by %s', async (_by, keys) => {
  expect(await client.ask({ entity_type: COMPANY, keys })).toEqual({
    data: acme,
    entity_id: 'co_1',
    entity_type: COMPANY,
    message_type: 'full',
  });
});

test('finds a user by its key', async () => {
  const answer = await client.ask({ entity_type: 'rulesengine.User', keys: { email: 'ada@example.com' } });
  expect(answer).toEqual({ data: ada, entity_id: 'user_1', entity_type: 'rulesengine.User', message_type: 'full' });
});

test('does not take a user for a company', async () => {
  const answer = await client.ask({ entity_type: COMPANY, keys: { id: 'user_1' } });
  expect(answer.message_type).toBe('error');
});

test('answers for an unknown entity with an error that names it', async () => {
  const keys = { slug: 'Nobody', id: 'co_404' };
  expect(await client.ask({ entity_type: COMPANY, keys })).toEqual({
    data: { error: 'Company not found', entity_type: COMPANY, keys },
    entity_type: COMPANY,
    message_type: 'error',
  });
});

test.each(['rulesengine.Companies', 'rulesengine.Users'])('confirms a bulk subscription to %s', async (entity_type) => {
  expect(await client.ask({ entity_type })).toEqual({ data: {}, entity_type, message_type: 'full' });
});

test('sends flags in pages when asked for a page size', async () => {
  client.request({ entity_type: FLAGS, page_size: 2 });
  const pages = [await client.message(), await client.message(), await client.message()];
  expect(pages.map(({ pagination }) => pagination)).toEqual([
    { has_more: true, page: 1, total: 5 },
    { has_more: true, page: 2, total: 5 },
    { has_more: false, page: 3, total: 5 },
  ]);
  expect(pages.flatMap(({ data }) => (data as { key: string }[]).map(({ key }) => key)).join('')).toBe('abcde');
});

test('sends flags in pages to everyone when it is told to', async () => {
  const paged = await DatastreamServer.start({ pageSize: 1, flags: [sampleFlag('a'), sampleFlag('b')] });
  const raw = await RawClient.connect(paged);
  raw.request({ entity_type: FLAGS });
  const pages = [await raw.message(), await raw.message()];
  await paged.stop();
  expect(pages).toMatchObject([{ pagination: { has_more: true } }, { pagination: { has_more: false } }]);
});

test('sends one page when there are no flags', async () => {
  server.setFlags([]);
  const page = await client.ask({ entity_type: FLAGS, page_size: 2 });
  expect(page).toMatchObject({ data: [], pagination: { has_more: false, page: 1, total: 0 } });
});

test.each([
  ['no JSON', 'hello', 'unknown'],
  ['no object', '[1]', 'unknown'],
  ['no data', '{"type":"subscribe"}', 'unknown'],
  ['no entity type', '{"data":{"action":"start"}}', 'unknown'],
  ['an unknown action', '{"data":{"action":"pause","entity_type":"rulesengine.Flags"}}', FLAGS],
  ['keys that are no strings', '{"data":{"entity_type":"rulesengine.Company","keys":{"id":7}}}', COMPANY],
  ['a company without keys', '{"data":{"entity_type":"rulesengine.Company"}}', COMPANY],
  ['a negative page size', '{"data":{"entity_type":"rulesengine.Flags","page_size":-1}}', FLAGS],
  ['an unknown entity type', '{"data":{"entity_type":"rulesengine.Plan"}}', 'rulesengine.Plan'],
])('answers %s with an error and stays', async (_what, frame, entity_type) => {
  client.socket.send(frame);
  const error = expect.stringMatching(/^(Malformed request|Unsupported entity type)/) as string;
  expect(await client.message()).toMatchObject({ data: { error }, entity_type, message_type: 'error' });
  expect(await client.askFlags()).toMatchObject({ message_type: 'full' });
});

test('answers ahead of a backlog of pushes', async () => {
  const connection = await server.connection();
  // Far more than the buffers of the operating system take in.
  const large = { data: 'x'.repeat(20_000), entity_type: 'unknown', message_type: 'full' };
  client.socket.pause();
  server.faults.burst(2_000, () => large);
  client.request({ entity_type: FLAGS });
  await connection.request();
  client.socket.resume();

  let place = 0;
  while ((await client.message()).entity_type !== FLAGS) place += 1;
  expect(place).toBeLessThan(1_000);
});
