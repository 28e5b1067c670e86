import { once } from 'node:events';
import { createConnection } from 'node:net';
import { DatastreamServer } from '../../../src/testing/server/datastream-server';
import { RawClient } from './raw-client';

let server: DatastreamServer;
beforeEach(async () => {
  server = await DatastreamServer.start({ companies: [{ id: 'co_1' }] });
});
afterEach(() => server.stop());

const connect = () => RawClient.connect(server);

test.each([
  [{ status: 401 }, {}],
  [{ status: 429, retryAfter: 7 }, { 'retry-after': '7' }],
  [{ status: 503, retryAfter: 'Wed, 21 Oct 2099 07:28:00 GMT' }, { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' }],
  [{ status: 302, location: 'ws://127.0.0.1:1/' }, { location: 'ws://127.0.0.1:1/' }],
])('refuses upgrades with %j', async (refusal, headers) => {
  server.faults.refuseUpgrades(refusal);
  const response = await RawClient.refused(server);
  expect(response.statusCode).toBe(refusal.status);
  expect(response.headers).toMatchObject(headers);
});

test('refuses as often as it is told', async () => {
  server.faults.refuseUpgrades({ status: 503, times: 2 });
  await RawClient.refused(server);
  await RawClient.refused(server);
  expect(await (await connect()).askFlags()).toMatchObject({ message_type: 'full' });
  expect(server.upgrades.map(({ status }) => status)).toEqual([503, 503, 101]);
});

test('refuses until it is cleared', async () => {
  server.faults.refuseUpgrades({ status: 503 });
  for (let count = 0; count < 3; count += 1) await RawClient.refused(server);
  server.faults.clear();
  await connect();
});

test('leaves a stalled upgrade unanswered until it is cleared', async () => {
  server.faults.stallUpgrades({ times: 1 });
  const stalled = new RawClient(server);
  await server.upgrade(({ outcome }) => outcome === 'stalled');
  await connect();
  expect(stalled.socket.readyState).toBe(stalled.socket.CONNECTING);

  server.faults.clear();
  expect((await server.connection(1)).isOpen).toBe(true);
  expect(server.upgrades.map(({ outcome }) => outcome)).toEqual(['stalled', 'accepted', 'accepted']);
});

test('drops a connection right after its upgrade, with a code', async () => {
  server.faults.dropAfterAccept({ code: 1013, reason: 'busy', times: 1 });
  expect(await (await connect()).closed).toEqual({ code: 1013, reason: 'busy' });
  expect(await (await connect()).askFlags()).toMatchObject({ message_type: 'full' });
});

test('drops a connection right after its upgrade, without a close frame', async () => {
  server.faults.dropAfterAccept();
  expect((await (await connect()).closed).code).toBe(1006);
  expect((await (await connect()).closed).code).toBe(1006);
});

test('sends a frame in one write with the answer to the upgrade', async () => {
  server.faults.sendWithAccept('{"early":true}');
  const socket = createConnection(server.port, '127.0.0.1');
  socket.write(
    'GET /datastream?apiKey=key HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [segment] = (await once(socket, 'data')) as [Buffer];
  expect(segment.toString('latin1')).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\n..\{"early":true\}$/s);
  socket.destroy();
});

test('sends a frame along with every upgrade until it is cleared', async () => {
  server.faults.sendWithAccept('{"early":true}');
  expect(await (await connect()).frame()).toBe('{"early":true}');
  server.faults.clear();
  expect(await (await connect()).askFlags()).toMatchObject({ message_type: 'full' });
});

test('ignores requests that match', async () => {
  server.faults.ignoreRequests(({ entity_type }) => entity_type === 'rulesengine.Company');
  const client = await connect();
  client.request({ entity_type: 'rulesengine.Company', keys: { id: 'co_1' } });
  expect(await client.askFlags()).toMatchObject({ entity_type: 'rulesengine.Flags' });
  expect((await server.connection()).requests).toHaveLength(2);
});

test('ignores all requests until it is cleared', async () => {
  server.faults.ignoreRequests();
  const client = await connect();
  client.request({ entity_type: 'rulesengine.Users' });
  await (await server.connection()).request();
  server.faults.clear();
  expect(await client.askFlags()).toMatchObject({ entity_type: 'rulesengine.Flags' });
});

test('answers late, with what it holds then', async () => {
  server.faults.delayAnswers(30, ({ entity_type }) => entity_type === 'rulesengine.Flags');
  const client = await connect();
  client.request({ entity_type: 'rulesengine.Flags' });
  expect(await client.ask({ entity_type: 'rulesengine.Users' })).toMatchObject({ entity_type: 'rulesengine.Users' });
  server.setFlag({ key: 'late' });
  expect(await client.message()).toMatchObject({ entity_type: 'rulesengine.Flags', data: [{ key: 'late' }] });
});

test('closes every connection', async () => {
  const clients = [await connect(), await connect()];
  server.faults.closeAll(1001, 'rolling');
  for (const client of clients) expect(await client.closed).toEqual({ code: 1001, reason: 'rolling' });
});

test.each(['resetAll', 'terminateAll'] as const)('%s ends every connection without a close frame', async (end) => {
  const clients = [await connect(), await connect()];
  server.faults[end]();
  for (const client of clients) expect((await client.closed).code).toBe(1006);
});

test('silences every connection until it is cleared', async () => {
  const client = await connect();
  server.faults.silenceAll();
  client.request({ entity_type: 'rulesengine.Flags' });
  const other = await connect();
  await other.askFlags();
  await other.askFlags();
  expect(server.connections[0]?.requests).toEqual([]);
  server.faults.clear();
  expect(await client.message()).toMatchObject({ entity_type: 'rulesengine.Flags' });
});

test('sends garbage that is no JSON', async () => {
  const client = await connect();
  server.faults.sendGarbage();
  const frame = await client.frame();
  expect(() => JSON.parse(frame) as unknown).toThrow(SyntaxError);
});

test('bursts in order, with messages of the server or of the test', async () => {
  const client = await connect();
  server.faults.burst(1_000);
  server.faults.burst(1, (index) => ({ data: index, entity_type: 'mine', message_type: 'full' }));
  for (let index = 0; index < 1_000; index += 1) {
    expect(await client.message()).toMatchObject({ data: { key: `burst-${index}` } });
  }
  expect(await client.message()).toEqual({ data: 0, entity_type: 'mine', message_type: 'full' });
});

describe('the end of a connection after so many frames', () => {
  const flag = (key: string) => ({ key });

  test('comes in the middle of a paginated snapshot', async () => {
    server.setFlags(['a', 'b', 'c', 'd'].map(flag));
    server.faults.dropAfterAccept({ afterFrames: 2, times: 1 });
    const client = await connect();
    client.request({ entity_type: 'rulesengine.Flags', page_size: 1 });
    expect([await client.message(), await client.message()]).toMatchObject([{ data: [{ key: 'a' }] }, {}]);
    expect((await client.closed).code).toBe(1006);
    expect(client.frames).toHaveLength(2);
  });

  test('comes before the answer to a request', async () => {
    const client = await connect();
    (await server.connection()).dropAfter(1);
    await client.askFlags();
    expect((await client.closed).code).toBe(1006);
  });

  test('comes at once after none, with a code if it is told one', async () => {
    const client = await connect();
    (await server.connection()).dropAfter(0, { code: 1013, reason: 'busy' });
    expect(await client.closed).toEqual({ code: 1013, reason: 'busy' });
  });

  test('leaves later connections alone', async () => {
    server.faults.dropAfterAccept({ afterFrames: 1, times: 1 });
    const first = await connect();
    await first.askFlags();
    await first.closed;
    const second = await connect();
    await second.askFlags();
    expect(await second.askFlags()).toMatchObject({ message_type: 'full' });
  });
});
