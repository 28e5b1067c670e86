import { once } from 'node:events';
import { get } from 'node:http';
import type { Duplex } from 'node:stream';
import { DatastreamServer } from '../../../src/testing/server/datastream-server';
import type { ServerConnection } from '../../../src/testing/server/server-connection';
import { RawClient } from './raw-client';

const MARKER = { entity_type: 'unknown', message_type: 'marker' };

let server: DatastreamServer;
let client: RawClient;
let connection: ServerConnection;

beforeEach(async () => {
  server = await DatastreamServer.start();
  client = await RawClient.connect(server);
  connection = await server.connection();
});
afterEach(() => server.stop());

/** The plain socket under a WebSocket; `ws` does not tell how TCP ended. */
function upgradedSocket(): Promise<Duplex> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'x-schematic-api-key': 'key',
  };
  return new Promise((resolve) => {
    get(`${server.url}/datastream`, { headers }).once('upgrade', (_response, socket) => resolve(socket));
  });
}

/** Until the server has surely read what the client sent before. */
async function anotherClientIsServed(): Promise<void> {
  const other = await RawClient.connect(server);
  await other.askFlags();
  await other.askFlags();
}

test('keeps every frame as it came', async () => {
  client.socket.send('hello\n');
  client.socket.send(Buffer.from([1, 2, 255]));
  await client.message();
  await client.message();
  expect(connection.received).toEqual(['hello\n', Buffer.from([1, 2, 255])]);
});

test('sends raw text and bytes', async () => {
  connection.send('no json');
  expect(await client.frame()).toBe('no json');
  const binary = once(client.socket, 'message');
  connection.send(new Uint8Array([123, 125]));
  expect(await binary).toEqual([Buffer.from('{}'), true]);
});

test('pushes a message to one connection alone', async () => {
  const other = await RawClient.connect(server);
  connection.push(MARKER);
  expect(await client.message()).toEqual(MARKER);
  server.push({ ...MARKER, message_type: 'later' });
  expect(await other.message()).toMatchObject({ message_type: 'later' });
});

test('writes bytes below the framing', async () => {
  // A text frame of two bytes, one piece at a time.
  connection.writeRaw(new Uint8Array([0x81]));
  connection.writeRaw(new Uint8Array([0x02, 0x68, 0x69]));
  expect(await client.frame()).toBe('hi');
});

test.each([
  [1000, 'bye'],
  [1012, ''],
  [4001, 'unauthorized'],
])('closes with code %i', async (code, reason) => {
  connection.close(code, reason);
  expect(await client.closed).toEqual({ code, reason });
  expect(await connection.closed).toEqual({ code, reason });
  expect(connection.isOpen).toBe(false);
});

test('closes without a code', async () => {
  connection.close();
  expect((await client.closed).code).toBe(1005);
});

test('delivers everything it was given before it closes', async () => {
  // Far more than the buffers of the operating system take in.
  const large = { data: 'x'.repeat(20_000), entity_type: 'unknown', message_type: 'full' };
  client.socket.pause();
  server.faults.burst(600, (index) => ({ ...large, entity_id: String(index) }));
  connection.close(1000);
  client.socket.resume();
  expect((await client.closed).code).toBe(1000);
  for (let index = 0; index < 600; index += 1) {
    expect(await client.message()).toMatchObject({ entity_id: String(index) });
  }
});

test('terminates without a close frame', async () => {
  connection.terminate();
  expect((await client.closed).code).toBe(1006);
});

test('resets TCP', async () => {
  const next = server.nextConnection();
  const socket = await upgradedSocket();
  const failed = once(socket.resume(), 'error');
  (await next).reset();
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
});

test('tells how the client ended it', async () => {
  client.socket.close(3000, 'enough');
  expect(await connection.closed).toEqual({ code: 3000, reason: 'enough' });
  expect(server.connections).toEqual([]);
});

test('echoes the payload of a ping, and counts it', async () => {
  client.socket.ping('abcd');
  expect(await client.pong()).toBe('abcd');
  expect(connection.pings).toBe(1);
});

test('resolves for the next ping', async () => {
  const ping = connection.nextPing();
  client.socket.ping();
  await expect(ping).resolves.toBeUndefined();
});

describe('while silent', () => {
  test('answers no request until it resumes', async () => {
    connection.silence();
    client.request({ entity_type: 'rulesengine.Flags' });
    await anotherClientIsServed();
    connection.push(MARKER);
    expect(await client.message()).toEqual(MARKER);
    expect(connection.requests).toEqual([]);

    connection.resume();
    expect(await client.message()).toMatchObject({ entity_type: 'rulesengine.Flags' });
  });

  test('answers no ping until it resumes', async () => {
    connection.silence();
    client.socket.ping('x');
    await anotherClientIsServed();
    expect(client.pongs).toEqual([]);

    connection.resume();
    expect(await client.pong()).toBe('x');
  });

  test('holds pushes back until it resumes', async () => {
    await client.askFlags();
    connection.silence();
    server.setFlag({ key: 'held' });
    connection.push(MARKER);
    expect(await client.message()).toEqual(MARKER);

    connection.resume();
    expect(await client.message()).toMatchObject({ data: { key: 'held' } });
  });

  test('does not keep the server from stopping', async () => {
    connection.silence();
    await server.stop();
    await client.closed;
    expect(server.connections).toEqual([]);
  });

  test('can be ended by a reset', async () => {
    connection.silence();
    connection.reset();
    expect((await client.closed).code).toBe(1006);
    await connection.closed;
  });
});

describe('waiting', () => {
  test('finds a request by its place, before or after it comes', async () => {
    const second = connection.request(1);
    client.request({ entity_type: 'rulesengine.Flags' });
    client.request({ entity_type: 'rulesengine.Users' });
    expect(await second).toMatchObject({ entity_type: 'rulesengine.Users' });
    expect(await connection.request()).toMatchObject({ entity_type: 'rulesengine.Flags' });
  });

  test('finds the first request that matches', async () => {
    client.request({ entity_type: 'rulesengine.Flags' });
    client.request({ entity_type: 'rulesengine.Users' });
    const matching = await connection.request(({ entity_type }) => entity_type === 'rulesengine.Users');
    expect(matching).toBe(connection.requests[1]);
  });

  test('takes only what comes from now on as next', async () => {
    await client.askFlags();
    const [next, anywhere] = [connection.nextRequest(), server.nextRequest()];
    client.request({ entity_type: 'rulesengine.Users' });
    expect(await next).toMatchObject({ entity_type: 'rulesengine.Users' });
    expect(await anywhere).toBe(await next);
  });

  test('rejects when the connection ends first', async () => {
    const waits = [connection.request(), connection.nextRequest(), connection.nextFrame(), connection.nextPing()];
    connection.terminate();
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
    await expect(connection.nextFrame()).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  });

  test('finds connections by their place and as they come', async () => {
    const next = server.nextConnection();
    const upgrade = server.nextUpgrade();
    await RawClient.connect(server);
    expect(await next).toBe(await server.connection(1));
    expect(await upgrade).toBe(server.upgrades[1]);
    expect(await server.connection(({ apiKey }) => apiKey === 'key')).toBe(connection);
  });

  test('rejects when the server stops first', async () => {
    const waits = [server.connection(7), server.nextConnection(), server.upgrade(7), server.nextRequest()];
    await server.stop();
    for (const wait of waits) await expect(wait).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
