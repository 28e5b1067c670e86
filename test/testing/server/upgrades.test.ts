import { get } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { WebSocket } from 'ws';
import { DatastreamServer } from '../../../src/testing/server/datastream-server';
import type { DatastreamServerOptions } from '../../../src/testing/server/options';
import { certificate } from './certificate';
import { RawClient, type Dial } from './raw-client';

const REQUEST_FLAGS = { entity_type: 'rulesengine.Flags' };

let server: DatastreamServer;
const start = async (options?: DatastreamServerOptions) => {
  server = await DatastreamServer.start(options);
};
const connect = (dial?: Dial) => RawClient.connect(server, dial);
const refused = async (dial?: Dial) => (await RawClient.refused(server, dial)).statusCode;
const bearer = (protocol: string, key: string) =>
  `base64url.bearer.${protocol}.${Buffer.from(key).toString('base64url')}`;
afterEach(() => server.stop());

describe('the API key', () => {
  beforeEach(() => start({ apiKeys: ['schlüssel', 'key'] }));

  test.each<[string, Dial]>([
    ['the header', { headers: { 'X-Schematic-Api-Key': 'key' } }],
    ['the header in another case', { headers: { 'x-SCHEMATIC-api-key': 'key' } }],
    ['the query', { path: '/datastream?a=b&apiKey=key', headers: {} }],
    ['an encoded query', { path: `/datastream?apiKey=${encodeURIComponent('schlüssel')}`, headers: {} }],
    ['a subprotocol', { protocols: ['v1.datastream', bearer('v1.datastream', 'schlüssel')], headers: {} }],
  ])('comes by %s', async (_way, dial) => {
    const client = await connect(dial);
    expect(await client.ask(REQUEST_FLAGS)).toMatchObject({ message_type: 'full' });
    expect((await server.connection()).apiKey).toMatch(/^(key|schlüssel)$/);
  });

  test('in a subprotocol leaves the plain protocol to be selected', async () => {
    const client = await connect({ protocols: [bearer('v1', 'key'), 'v1'], headers: {} });
    expect(client.socket.protocol).toBe('v1');
    expect((await server.connection()).protocol).toBe('v1');
  });

  test.each<[string, Dial]>([
    ['is wrong', { headers: { 'X-Schematic-Api-Key': 'KEY' } }],
    ['is empty', { headers: { 'X-Schematic-Api-Key': '' } }],
    ['is missing', { headers: {} }],
    ['belongs to another protocol', { protocols: ['v1', bearer('v2', 'key')], headers: {} }],
  ])('gives HTTP 401 when it %s', async (_why, dial) => {
    expect(await refused(dial)).toBe(401);
  });

  test('can be changed while the server runs', async () => {
    server.acceptKeys((key) => key.startsWith('new'));
    expect(await refused()).toBe(401);
    await connect({ headers: { 'X-Schematic-Api-Key': 'new-key' } });
  });
});

test('accepts every key that is not empty by default', async () => {
  await start();
  await connect({ headers: { 'X-Schematic-Api-Key': 'whatever' } });
  expect(await refused({ headers: {} })).toBe(401);
});

test('reads the key from the query parameter it is told', async () => {
  await start({ apiKeyParameter: 'token' });
  await connect({ path: '/datastream?token=t', headers: {} });
  expect(await refused({ path: '/datastream?apiKey=t', headers: {} })).toBe(401);
});

describe('a bad key on request closed after the upgrade', () => {
  beforeEach(() => start({ apiKeys: ['key'] }));
  const badKey = { headers: { 'X-Schematic-Api-Key': 'bad' } };

  test('gets 4001 about a second after it', async () => {
    server.rejectKeys('close');
    const client = await connect(badKey);
    const opened = performance.now();
    expect(await client.closed).toEqual({ code: 4001, reason: 'unauthorized' });
    expect(performance.now() - opened).toBeGreaterThan(900);
  });

  test('gets 4001 after another delay', async () => {
    server.rejectKeys('close', 1);
    const client = await connect(badKey);
    const opened = performance.now();
    expect((await client.closed).code).toBe(4001);
    expect(performance.now() - opened).toBeLessThan(900);
  });

  test('is neither answered nor pushed to', async () => {
    server.rejectKeys('close', 50);
    const client = await connect(badKey);
    const connection = await server.connection();
    client.request(REQUEST_FLAGS);
    await connection.nextFrame();
    server.push({ entity_type: 'unknown', message_type: 'marker' });
    void client.frame().then(() => Promise.reject(new Error('A frame was sent')));
    expect((await client.closed).code).toBe(4001);
    expect(connection).toMatchObject({ authorized: false, requests: [] });
  });

  test('does not touch good keys', async () => {
    server.rejectKeys('close', 0);
    expect(await (await connect()).askFlags()).toMatchObject({ message_type: 'full' });
  });
});

describe('authentication by first message', () => {
  const noKey = { headers: {} };

  test('lets a connection in after its key, which is no request', async () => {
    await start({ apiKeys: ['key'], messageAuth: true });
    const client = await connect(noKey);
    client.socket.send('{"apiKey":"key","clientVersion":"1"}');
    expect(await client.askFlags()).toMatchObject({ message_type: 'full' });
    expect(await server.connection()).toMatchObject({ apiKey: 'key', authorized: true, requests: [{}] });
  });

  test.each([
    ['a wrong key', '{"apiKey":"bad"}'],
    ['a request', '{"data":{"entity_type":"rulesengine.Flags"}}'],
    ['no JSON', 'key'],
  ])('closes with 4001 on %s', async (_what, frame) => {
    await start({ apiKeys: ['key'], messageAuth: true });
    const client = await connect(noKey);
    client.socket.send(frame);
    expect(await client.closed).toMatchObject({ code: 4001 });
  });

  test('closes with 4001 when the deadline passes', async () => {
    await start({ messageAuth: true, messageAuthTimeout: 20 });
    const client = await connect(noKey);
    expect(await client.closed).toMatchObject({ code: 4001 });
  });

  test('reads the key the way it is told', async () => {
    await start({ apiKeys: ['t'], messageAuth: (message) => (message as { token?: string }).token });
    const client = await connect(noKey);
    client.socket.send('{"token":"t"}');
    expect(await client.askFlags()).toMatchObject({ message_type: 'full' });
  });

  test('pushes nothing before it', async () => {
    await start({ messageAuth: true });
    const client = await connect(noKey);
    server.push({ entity_type: 'unknown', message_type: 'early' });
    client.socket.send('{"apiKey":"key"}');
    expect(await client.askFlags()).toMatchObject({ message_type: 'full' });
  });

  test('is not asked of a connection that brought its key', async () => {
    await start({ messageAuth: true });
    expect(await (await connect()).askFlags()).toMatchObject({ message_type: 'full' });
  });
});

test.each(['/', '/ws', '/datastream/', '/datastream2?apiKey=key'])('answers 404 for the path %s', async (path) => {
  await start();
  expect(await refused({ path })).toBe(404);
});

test('keeps a record of every upgrade request, accepted or not', async () => {
  await start({ apiKeys: ['key'] });
  const before = Date.now();
  await connect({ path: '/datastream?x=1' });
  await refused({ headers: { 'X-Schematic-Api-Key': 'bad', 'X-Schematic-Client': 'some-sdk' } });
  expect(server.upgrades).toMatchObject([
    { url: '/datastream?x=1', apiKey: 'key', outcome: 'accepted', status: 101 },
    { apiKey: 'bad', headers: { 'x-schematic-client': 'some-sdk' }, outcome: 'refused', status: 401 },
  ]);
  expect(server.upgrades[0]?.at).toBeGreaterThanOrEqual(before);
  expect(await server.upgrade(({ outcome }) => outcome === 'refused')).toBe(server.upgrades[1]);
});

test('shows the request behind a connection', async () => {
  await start();
  await connect({ path: '/datastream?x=1', headers: { 'X-Schematic-Api-Key': 'key', 'X-Other': 'o' } });
  expect(await server.connection()).toMatchObject({
    url: '/datastream?x=1',
    headers: { 'x-other': 'o' },
    apiKey: 'key',
  });
});

test.each([
  [false, ''],
  [true, 'permessage-deflate'],
])('with compression %s answers an offer of it with "%s"', async (compression, extensions) => {
  await start({ compression });
  const client = await connect({ perMessageDeflate: true });
  expect(client.socket.extensions).toBe(extensions);
  expect(await client.askFlags()).toMatchObject({ message_type: 'full' });
});

test('answers a handshake that is none with HTTP 400', async () => {
  await start();
  const status = await new Promise((resolve) => {
    const headers = { connection: 'upgrade', upgrade: 'websocket', 'x-schematic-api-key': 'key' };
    get(`${server.url}/datastream`, { headers }, (response) => resolve(response.resume().statusCode));
  });
  expect(status).toBe(400);
  expect(server.upgrades).toMatchObject([{ outcome: 'refused', status: 400 }]);
});

describe('over TLS', () => {
  beforeEach(() => start({ tls: certificate }));

  test('serves wss and https', async () => {
    expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const client = await connect({ ca: certificate.cert });
    expect(await client.askFlags()).toMatchObject({ message_type: 'full' });
    const status = await new Promise((resolve) => {
      const options = { method: 'POST', ca: certificate.cert, agent: false } as const;
      httpsRequest(`${server.url}/batch`, options, (response) => resolve(response.resume().statusCode)).end('{}');
    });
    expect(status).toBe(200);
  });

  test('takes the certificate as bytes too', async () => {
    await server.stop();
    const bytes = (text: string) => new TextEncoder().encode(text);
    await start({ tls: { cert: bytes(certificate.cert), key: bytes(certificate.key) } });
    await connect({ ca: certificate.cert });
  });

  test('drops after the upgrade as over plain TCP', async () => {
    server.faults.dropAfterAccept({ times: 1 });
    const client = await connect({ ca: certificate.cert });
    expect((await client.closed).code).toBe(1006);
  });

  test('resets and stops as over plain TCP', async () => {
    const client = await connect({ ca: certificate.cert });
    (await server.connection()).reset();
    expect((await client.closed).code).toBe(1006);
    const other = await connect({ ca: certificate.cert });
    await server.stop();
    expect((await other.closed).code).toBe(1012);
    expect(other.socket.readyState).toBe(WebSocket.CLOSED);
  });
});
