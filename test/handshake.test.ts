import { readFileSync } from 'node:fs';
import { headerAuth, messageAuth, queryAuth, subprotocolAuth, VERSION } from '../src';
import { handshake } from '../src/handshake';
import { resolveOptions } from '../src/options';
import { FakePlatform } from '../src/testing/fakes';

const settings = (options: object = {}) =>
  resolveOptions({
    url: 'wss://x.com/ws?a=1',
    apiKey: 'k',
    messageHandler: () => undefined,
    platform: new FakePlatform(),
    ...options,
  });

test('says who the client is, and brings the key', () => {
  expect(handshake(settings(), headerAuth().authorize('secret'))).toEqual({
    url: 'wss://x.com/ws?a=1',
    protocols: [],
    headers: {
      'X-Schematic-Api-Key': 'secret',
      'X-Schematic-Client': 'schematic-datastream-ws',
      'X-Schematic-Client-Version': VERSION,
      'X-Schematic-Datastream-Mode': 'direct',
    },
    compression: false,
    tls: undefined,
    agent: undefined,
  });
});

test('lets headers of the user replace its own, whatever their case, and each once', () => {
  const headers = { 'x-schematic-datastream-mode': 'replicator', 'X-Trace': '1' };
  expect(handshake(settings({ headers }), headerAuth().authorize('k')).headers).toEqual({
    'X-Schematic-Api-Key': 'k',
    'X-Schematic-Client': 'schematic-datastream-ws',
    'X-Schematic-Client-Version': VERSION,
    'x-schematic-datastream-mode': 'replicator',
    'X-Trace': '1',
  });
});

test('passes on what the platform needs', () => {
  const tls = { ca: 'pem' };
  const agent = {};
  expect(handshake(settings({ tls, agent, compression: true }), {})).toMatchObject({ tls, agent, compression: true });
});

test.each([
  ['queryAuth', queryAuth(), 'wss://x.com/ws?a=1&apiKey=s%26cr%3Dt%2B'],
  ['queryAuth under another name', queryAuth({ name: 'token' }), 'wss://x.com/ws?a=1&token=s%26cr%3Dt%2B'],
  ['queryAuth over a parameter of that name', queryAuth({ name: 'a' }), 'wss://x.com/ws?a=s%26cr%3Dt%2B'],
])('%s puts the key into the query, encoded', (_, auth, url) => {
  expect(handshake(settings(), auth.authorize('s&cr=t+')).url).toBe(url);
});

test('subprotocolAuth offers the plain protocol first, and the key in characters of a token', () => {
  const { protocols, headers } = handshake(
    settings(),
    subprotocolAuth({ protocol: 'datastream' }).authorize('k?~>/???'),
  );
  expect(protocols[0]).toBe('datastream');
  expect(protocols[1]).toMatch(/^base64url\.bearer\.datastream\.[A-Za-z0-9_-]+$/);
  const token = protocols[1]?.split('.').at(-1) ?? '';
  expect(Buffer.from(token, 'base64url').toString()).toBe('k?~>/???');
  expect(headers).not.toHaveProperty('X-Schematic-Api-Key');
});

test('messageAuth leaves the handshake alone and gives the message to send first', () => {
  const authorization = messageAuth((apiKey) => ({ apiKey })).authorize('k');
  expect(authorization).toEqual({ firstMessage: { apiKey: 'k' } });
  expect(handshake(settings(), authorization)).toMatchObject({ url: 'wss://x.com/ws?a=1', protocols: [] });
});

test.each([
  ['header', headerAuth(), true],
  ['query', queryAuth(), false],
  ['subprotocol', subprotocolAuth({ protocol: 'p' }), false],
  ['message', messageAuth(() => 0), false],
])('the strategy %s says what it is called, and whether it needs headers', (name, auth, needsHeaders) => {
  expect(auth).toMatchObject({ name, needsHeaders });
});

test('tells the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
});
