import { Agent } from 'node:http';
import { connect } from 'node:net';
import { headerAuth, messageAuth, queryAuth, subprotocolAuth, VERSION, type DatastreamOptions } from '../../src';
import { useLoopback } from '../support/loopback';
import { MARKER_KEY, showsKey } from '../support/marker';
import { deferred, journalOf, next, rejection } from '../support/watch';

const loopback = useLoopback();

/** The head of the first upgrade request of a client with these options. */
async function upgradeOf(options: Partial<DatastreamOptions<unknown>> = {}, path = ''): Promise<string[]> {
  const server = await loopback.tcp();
  loopback.client({ url: server.url + path }, options).start();
  const request = await (await server.peers.at(0)).request;
  return request
    .trimEnd()
    .replace(/(sec-websocket-key: )\S+/i, '$1<random>')
    .replace(`:${server.port}`, ':<port>')
    .split('\r\n');
}

const named = (name: string, lines: string[]) =>
  lines.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));

describe('the upgrade request', () => {
  test('is exactly this one by default', async () => {
    const [requestLine, ...headers] = await upgradeOf();
    expect({ requestLine, headers: headers.sort() }).toEqual({
      requestLine: 'GET /datastream HTTP/1.1',
      headers: [
        'Connection: Upgrade',
        'Host: 127.0.0.1:<port>',
        'Sec-WebSocket-Key: <random>',
        'Sec-WebSocket-Version: 13',
        'Upgrade: websocket',
        `X-Schematic-Api-Key: ${MARKER_KEY}`,
        'X-Schematic-Client-Version: ' + VERSION,
        'X-Schematic-Client: schematic-datastream-ws',
        'X-Schematic-Datastream-Mode: direct',
      ],
    });
  });

  test('keeps the query of the URL and replaces the path of an API URL', async () => {
    expect((await upgradeOf({}, '/v1?region=eu#part'))[0]).toBe('GET /datastream?region=eu HTTP/1.1');
  });

  test('keeps the path of a ws URL', async () => {
    const server = await loopback.tcp();
    loopback.client({ url: server.url.replace('http', 'ws') + '/relay/stream?a=b' }).start();
    const request = await (await server.peers.at(0)).request;
    expect(request).toMatch(/^GET \/relay\/stream\?a=b HTTP\/1\.1\r\n/);
  });

  test('carries the headers of the user beside its own', async () => {
    expect(named('X-Trace', await upgradeOf({ headers: { 'X-Trace': 'abc' } }))).toEqual(['X-Trace: abc']);
  });

  test('has one header of a name that the user writes in another case', async () => {
    const lines = await upgradeOf({ headers: { 'x-SCHEMATIC-datastream-mode': 'replicator' } });
    expect(named('X-Schematic-Datastream-Mode', lines)).toEqual(['x-SCHEMATIC-datastream-mode: replicator']);
  });

  test('lets the user replace even the header of the key', async () => {
    const lines = await upgradeOf({ headers: { 'x-schematic-api-key': 'from-a-vault' } });
    expect(named('X-Schematic-Api-Key', lines)).toEqual(['x-schematic-api-key: from-a-vault']);
  });

  test('offers permessage-deflate only when asked to', async () => {
    const lines = await upgradeOf({ compression: true });
    expect(named('Sec-WebSocket-Extensions', lines)).toEqual([
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    ]);
  });
});

test('exchanges messages over a compressed connection', async () => {
  const server = await loopback.webSockets({ perMessageDeflate: { threshold: 0 } });
  const client = await loopback.readyClient(server, { compression: true });
  const peer = await server.peers.at(0);
  const received = next(client, 'message');
  await client.sendMessage({ up: 'x'.repeat(5_000) });
  peer.socket.send(JSON.stringify({ down: 'y'.repeat(5_000) }));
  expect([peer.socket.extensions, await peer.frames.at(0), await received]).toEqual([
    'permessage-deflate',
    JSON.stringify({ up: 'x'.repeat(5_000) }),
    { down: 'y'.repeat(5_000) },
  ]);
});

describe('the key', () => {
  test('travels in the query with queryAuth, encoded and in no header', async () => {
    const lines = await upgradeOf({ apiKey: 'a+b&c=d/e?f#g%h', auth: queryAuth() }, '?region=eu');
    const url = new URL(lines[0]?.split(' ')[1] ?? '', 'ws://localhost');
    expect({
      query: Object.fromEntries(url.searchParams),
      header: named('X-Schematic-Api-Key', lines),
    }).toEqual({ query: { region: 'eu', apiKey: 'a+b&c=d/e?f#g%h' }, header: [] });
  });

  test('travels in the query parameter that queryAuth names', async () => {
    expect((await upgradeOf({ apiKey: 'key-1', auth: queryAuth({ name: 'token' }) }))[0]).toBe(
      'GET /datastream?token=key-1 HTTP/1.1',
    );
  });

  test('travels in a subprotocol with subprotocolAuth, beside the plain one', async () => {
    const lines = await upgradeOf({ apiKey: 'k?~>', auth: subprotocolAuth({ protocol: 'v1.datastream' }) });
    const credential = `base64url.bearer.v1.datastream.${Buffer.from('k?~>').toString('base64url')}`;
    expect(named('Sec-WebSocket-Protocol', lines)).toEqual([`Sec-WebSocket-Protocol: v1.datastream,${credential}`]);
  });

  test('is accepted by a server that selects the plain subprotocol', async () => {
    const server = await loopback.datastream({ apiKeys: ['k?~>'] });
    await loopback.readyClient(server, { apiKey: 'k?~>', auth: subprotocolAuth({ protocol: 'v1' }) });
    expect((await server.connection()).protocol).toBe('v1');
  });

  test('is the first frame with messageAuth, ahead of what the ready handler and waiting callers send', async () => {
    const server = await loopback.webSockets();
    const client = loopback.client(server, {
      auth: messageAuth((apiKey) => ({ apiKey })),
      connectionReadyHandler: () => client.sendMessage('from the ready handler'),
    });
    const waiting = client.sendMessage('from a waiting caller', { whenConnected: true });
    client.start();
    await Promise.all([waiting, client.ready()]);
    const frames = await (await server.peers.at(0)).frames.first(3);
    expect(frames[0]).toBe(JSON.stringify({ apiKey: MARKER_KEY }));
  });

  test('is in no header with messageAuth', async () => {
    const lines = await upgradeOf({ auth: messageAuth((apiKey) => ({ apiKey })) });
    expect(lines.filter(showsKey)).toEqual([]);
  });

  test('is asked for before every dial, so that the newest is on the wire', async () => {
    const server = await loopback.datastream();
    let version = 0;
    const client = await loopback.readyClient(server, {
      apiKey: () => Promise.resolve(`key-${(version += 1)}`),
      auth: headerAuth(),
    });
    for (const code of [1001, 1006]) {
      const ready = next(client, 'ready');
      if (code === 1001) server.faults.closeAll(1001);
      else server.faults.terminateAll();
      await ready;
    }
    client.reconnect();
    await client.ready();
    expect(server.upgrades.map(({ apiKey }) => apiKey)).toEqual(['key-1', 'key-2', 'key-3', 'key-4']);
  });

  test.each([
    ['header', headerAuth()],
    ['message', messageAuth((apiKey) => ({ apiKey }))],
  ])('that a slow provider gives after a change is in no %s', async (_way, auth) => {
    const server = await loopback.datastream({ messageAuth: true });
    const old = deferred<string>();
    const keys = [old.promise, Promise.resolve('new-key')];
    const client = loopback.client(server, { apiKey: () => keys.shift() ?? 'no-more', auth });
    client.start();
    client.reconnect();
    old.resolve('old-key');
    await client.ready();
    await client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } });
    const connection = await server.connection();
    await connection.request();
    const keysSeen = server.connections.map(({ apiKey }) => apiKey);
    expect([server.upgrades.length, keysSeen]).toEqual([1, ['new-key']]);
  });

  test.each<[string, () => string | Promise<string>]>([
    [
      'throws',
      () => {
        throw new Error('vault is sealed');
      },
    ],
    ['rejects', () => Promise.reject(new Error('vault is sealed'))],
    ['gives no string', () => undefined as unknown as string],
    ['gives a key that would break the request', () => 'a\r\nX-Injected: 1'],
  ])('provider that %s makes a failed attempt like any other', async (_how, fail) => {
    const server = await loopback.datastream();
    let asked = 0;
    const client = loopback.client(server, { apiKey: () => ((asked += 1) === 1 ? fail() : 'good-key') });
    const errors = journalOf(client, 'error');
    client.start();
    await client.ready();
    expect([errors.all.map(({ code, retryable }) => [code, retryable]), server.upgrades.length]).toEqual([
      [['CREDENTIALS_FAILED', true]],
      1,
    ]);
  });
});

test('dials through the agent, which may know another way to the host', async () => {
  const server = await loopback.datastream();
  const agent = Object.assign(new Agent(), { createConnection: () => connect(server.port, '127.0.0.1') });
  await loopback.readyClient({ url: 'ws://behind-the-proxy.invalid/datastream' }, { agent });
  expect((await server.upgrade()).headers['host']).toBe('behind-the-proxy.invalid');
});

test('does not dial a URL that is changed after the constructor', async () => {
  const server = await loopback.datastream();
  const options = { url: server.url, apiKey: 'key-1', messageHandler: () => undefined };
  const client = loopback.client(server, options);
  options.url = 'http://127.0.0.1:1';
  client.start();
  await expect(client.ready()).resolves.toBeUndefined();
});

test('says who cannot be reached, without the query', async () => {
  const { url } = await loopback.nowhere();
  const client = loopback.client({ url: `${url}?token=t` }, { maxReconnectAttempts: 1 });
  client.start();
  const error = await rejection(client.ready());
  expect(error.message).toContain(`Cannot connect to ${url.replace('http', 'ws')}/datastream: `);
});
