import { createConnection } from 'node:net';
import { InvalidOptionError } from '../../../src/errors';
import { DatastreamServer } from '../../../src/testing/server/datastream-server';
import { RawClient } from './raw-client';

let server: DatastreamServer;
beforeEach(async () => {
  server = await DatastreamServer.start({ flags: [{ key: 'beta' }] });
});
afterEach(() => server.stop());

/** The TCP handles of this process; one that was closed is gone a turn of the event loop later. */
async function handles(): Promise<string[]> {
  await new Promise((resolve) => setImmediate(resolve));
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
}

test('listens on loopback and on a free port by default', () => {
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect(server.port).toBeGreaterThan(0);
});

test('listens on IPv6 when told to', async () => {
  const other = await DatastreamServer.start({ host: '::1' });
  expect(other.url).toBe(`http://[::1]:${other.port}`);
  await RawClient.connect(other);
  await other.stop();
});

test('rejects the start when the port is taken', async () => {
  await expect(DatastreamServer.start({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('closes clients with 1012 when it stops', async () => {
  const client = await RawClient.connect(server);
  await server.stop();
  expect((await client.closed).code).toBe(1012);
});

test('can be stopped twice', async () => {
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
});

test('stops soon when a client never closes its side', async () => {
  const client = await RawClient.connect(server);
  client.socket.pause();
  const before = performance.now();
  await server.stop();
  expect(performance.now() - before).toBeLessThan(900);
  client.socket.resume();
  await client.closed;
});

test('leaves nothing open behind', async () => {
  await server.stop();
  const other = await DatastreamServer.start({ messageAuth: true });
  other.faults.stallUpgrades({ times: 1 });
  const stalled = new RawClient(other);
  await other.upgrade();
  const idle = createConnection(other.port, '127.0.0.1');
  const idleClosed = new Promise((resolve) => idle.once('close', resolve));
  const clients = [await RawClient.connect(other), await RawClient.connect(other, { headers: {} })];
  await other.stop();
  await Promise.all([idleClosed, ...[stalled, ...clients].map(({ closed }) => closed)]);
  expect(await handles()).toEqual([]);
});

test('restarts on the same port with what it held', async () => {
  const client = await RawClient.connect(server);
  const { url } = server;
  await server.restart();
  expect((await client.closed).code).toBe(1012);
  expect(server.url).toBe(url);
  const again = await RawClient.connect(server);
  expect(await again.askFlags()).toMatchObject({ data: [{ key: 'beta' }] });
});

test('drops clients with the code it is told', async () => {
  const client = await RawClient.connect(server);
  await server.restart({ code: 1001, reason: 'deploy' });
  expect(await client.closed).toEqual({ code: 1001, reason: 'deploy' });
});

test('listens to nobody while it is down', async () => {
  const client = await RawClient.connect(server);
  const before = performance.now();
  const restarted = server.restart({ downFor: 100 });
  await client.closed;
  await expect(RawClient.connect(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await restarted;
  expect(performance.now() - before).toBeGreaterThan(90);
  await RawClient.connect(server);
});

test('can be stopped while it is down', async () => {
  const restarted = server.restart({ downFor: 60_000 });
  await server.stop();
  await restarted;
  await expect(RawClient.connect(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each([
  ['POST', '/batch', 200, {}],
  ['POST', '/flags/beta/check', 404, { error: expect.any(String) as string }],
  ['GET', '/batch', 404, { error: 'Not found' }],
  ['GET', '/datastream', 404, { error: 'Not found' }],
  ['POST', '/flags/beta/check/more', 404, { error: 'Not found' }],
])('answers %s %s with %i', async (method, path, status, body) => {
  const init = { method, headers: { connection: 'close' }, ...(method === 'POST' && { body: '{"events":[]}' }) };
  const response = await fetch(server.url + path, init);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual(body);
});

test.each<[string, object]>([
  ['port', { port: 70_000 }],
  ['port', { port: 1.5 }],
  ['host', { host: '' }],
  ['apiKeys', { apiKeys: 'key' }],
  ['apiKeys', { apiKeys: [''] }],
  ['apiKeyParameter', { apiKeyParameter: '' }],
  ['messageAuth', { messageAuth: 'yes' }],
  ['messageAuthTimeout', { messageAuthTimeout: 0 }],
  ['flags', { flags: {} }],
  ['flags', { flags: [{ id: 'no key' }] }],
  ['company', { companies: [{}] }],
  ['user', { users: [null] }],
  ['compression', { compression: 1 }],
  ['tls', { tls: { cert: 'only' } }],
])('throws for a wrong %s: %j', async (option, options) => {
  const error = await DatastreamServer.start(options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InvalidOptionError);
  expect(error).toMatchObject({ option });
});

test('does not show keys in an error', () => {
  const wrong = () => server.acceptKeys(['secret', ''] as string[]);
  expect(wrong).toThrow(InvalidOptionError);
  expect(wrong).not.toThrow(/secret/);
});
