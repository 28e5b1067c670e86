import { headerAuth, InvalidOptionError, messageAuth, type DatastreamOptions } from '../src';
import { resolveOptions } from '../src/options';
import { platform as detectedPlatform } from '../src/platform';
import { FakePlatform } from '../src/testing/fakes';

const platform = new FakePlatform();
const BASE: DatastreamOptions = { url: 'https://api.x.com', apiKey: 'key', messageHandler: () => undefined, platform };
const resolve = (options: object) => resolveOptions({ ...BASE, ...options });

function refusal(options: object): InvalidOptionError {
  try {
    resolve(options);
  } catch (error) {
    if (error instanceof InvalidOptionError) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

test('has the defaults of the Go client, and those of the contract', () => {
  expect(resolve({})).toMatchObject({
    endpoint: 'wss://datastream.x.com/datastream',
    maxReconnectAttempts: 10,
    minReconnectDelay: 1_000,
    maxReconnectDelay: 30_000,
    pongTimeout: 60_000,
    pingInterval: 54_000,
    writeTimeout: 10_000,
    connectTimeout: 30_000,
    readyTimeout: 30_000,
    stableAfter: 10_000,
    queueSize: 1_000,
    headers: {},
    compression: false,
    auth: { name: 'header' },
    platform,
  });
});

test('an option that is undefined has its default', () => {
  const names = ['pongTimeout', 'queueSize', 'auth', 'headers', 'decode', 'backoff', 'logger', 'platform'];
  const settings = resolve({ ...Object.fromEntries(names.map((name) => [name, undefined])), platform });
  expect(settings).toMatchObject({ pongTimeout: 60_000, queueSize: 1_000, auth: { name: 'header' }, headers: {} });
});

test('pings at 90 % of another pong timeout', () => {
  expect(resolve({ pongTimeout: 1_000 }).pingInterval).toBe(900);
});

test('a smaller maximum delay lowers the minimum with it', () => {
  expect(resolve({ maxReconnectDelay: 500 })).toMatchObject({ minReconnectDelay: 500, maxReconnectDelay: 500 });
});

test('lives on the platform that is there, unless it is given another', () => {
  expect(resolve({ platform: undefined }).platform).toBe(detectedPlatform);
});

test('takes what the platform offers for a process that may end', () => {
  const background = new FakePlatform();
  const both = Object.assign(new FakePlatform(), { unref: () => background });
  expect(resolve({ platform: both, unref: true }).platform).toBe(background);
  expect(resolve({ platform: both, unref: false }).platform).toBe(both);
  expect(resolve({ platform, unref: true }).platform).toBe(platform);
});

describe('where headers cannot be sent', () => {
  const page = new FakePlatform({ sendsHeaders: false });

  test('the key goes into the query by default', () => {
    expect(resolve({ platform: page })).toMatchObject({ auth: { name: 'query' } });
  });

  test('another strategy is the choice of the user', () => {
    const auth = messageAuth((key) => ({ key }));
    expect(resolve({ platform: page, auth })).toMatchObject({ auth });
  });

  test('headerAuth() is refused, with what works instead', () => {
    const error = refusal({ platform: page, auth: headerAuth() });
    expect(error).toMatchObject({ option: 'auth', code: 'INVALID_OPTION' });
    expect(error.message).toMatch(/queryAuth.*sends no headers.*"header"/);
  });
});

const FUNCTIONS = ['messageHandler', 'connectionReadyHandler', 'backoff', 'shouldReconnect', 'decode', 'encode'];
const DURATIONS = [
  'minReconnectDelay',
  'maxReconnectDelay',
  'pongTimeout',
  'pingInterval',
  'writeTimeout',
  'connectTimeout',
  'readyTimeout',
  'stableAfter',
];
const FLAGS = ['compression', 'unref'];
const LOGGER = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

const WRONG: [string, unknown][] = [
  ...['url', 'apiKey', 'messageHandler'].map((name): [string, unknown] => [name, undefined]),
  ...[null, 1, '', 'not-a-url', 'ftp://x.com', {}, new URL('https://x.com')].map((value): [string, unknown] => [
    'url',
    value,
  ]),
  ...[null, 1, '', ' ', 'two words', 'line\nbreak', 'ümlaut', {}].map((value): [string, unknown] => ['apiKey', value]),
  ...FUNCTIONS.flatMap((name) => [null, 1, 'f', {}].map((value): [string, unknown] => [name, value])),
  ...DURATIONS.flatMap((name) =>
    [null, 0, -1, NaN, Infinity, 2 ** 31, '10', true].map((value): [string, unknown] => [name, value]),
  ),
  ...FLAGS.flatMap((name) => [null, 1, 'true'].map((value): [string, unknown] => [name, value])),
  ...[null, 0, -1, 1.5, NaN, Infinity, '1'].map((value): [string, unknown] => ['queueSize', value]),
  ...[null, -1, 1.5, NaN, -Infinity, '1'].map((value): [string, unknown] => ['maxReconnectAttempts', value]),
  ...[null, 1, {}, { ...LOGGER, warn: undefined }].map((value): [string, unknown] => ['logger', value]),
  ...[null, 'header', {}, { authorize: true }].map((value): [string, unknown] => ['auth', value]),
  ...[null, 'x', { a: 1 }, { 'a b': 'c' }, { '': 'c' }, { a: 'b\r\nc' }, { a: '\u0100' }, { a: 'b', c: 1 }].map(
    (value): [string, unknown] => ['headers', value],
  ),
  ...[null, 'x', { rejectUnauthorized: false }, { checkServerIdentity: () => undefined }, { xca: 1 }, { cax: 1 }].map(
    (value): [string, unknown] => ['tls', value],
  ),
  ...[null, 'x', { options: { rejectUnauthorized: false } }].map((value): [string, unknown] => ['agent', value]),
  ...[null, 'x', {}, { message: 'x' }].map((value): [string, unknown] => ['heartbeat', value]),
  ...[null, {}, 'x'].map((value): [string, unknown] => ['signal', value]),
  ...[null, 'node', {}, { clock: platform.clock }, { clock: {} }].map((value): [string, unknown] => [
    'platform',
    value,
  ]),
];

test.each(WRONG)('refuses %s: %p, and names the option', (name, value) => {
  const error = refusal({ [name]: value });
  expect(error).toMatchObject({ name: 'InvalidOptionError', code: 'INVALID_OPTION', option: name, retryable: false });
  expect(error.message).toMatch(new RegExp(`^Option "${name}" must be .+, got .+`));
});

const RIGHT: [string, unknown][] = [
  ...[0, 1, Infinity].map((value): [string, unknown] => ['maxReconnectAttempts', value]),
  ...['writeTimeout', 'connectTimeout', 'readyTimeout', 'stableAfter'].flatMap((name) =>
    [0.5, 1, 2 ** 31 - 1].map((value): [string, unknown] => [name, value]),
  ),
  ['pingInterval', 59_999],
  ['minReconnectDelay', 30_000],
  ['queueSize', 1],
  ['logger', LOGGER],
  ['logger', console],
  ['headers', { 'X-Any_token!': 'tab\tand ÿ' }],
  ['tls', { ca: 'a', cert: 'b', key: 'c', servername: 'd' }],
  ['agent', {}],
  ['agent', { options: {} }],
  ['heartbeat', { message: () => 1 }],
  ['signal', new AbortController().signal],
  ['compression', true],
];

test.each(RIGHT)('takes %s: %p', (name, value) => {
  expect(resolve({ [name]: value })).toHaveProperty([name], value);
});

test.each([
  ['minReconnectDelay', { minReconnectDelay: 30_001 }, 'at most maxReconnectDelay (30000), got 30001'],
  ['minReconnectDelay', { minReconnectDelay: 3, maxReconnectDelay: 2 }, 'at most maxReconnectDelay (2), got 3'],
  ['pingInterval', { pingInterval: 60_000 }, 'less than pongTimeout (60000), got 60000'],
])('refuses %s that does not fit another option', (option, options, message) => {
  expect(refusal(options)).toMatchObject({ option, message: `Option "${option}" must be ${message}` });
});

test('does not show a key that is given in place of the options', () => {
  expect(() => resolveOptions('MARKER' as unknown as DatastreamOptions)).toThrow(/an object, got string$/);
});

test.each([undefined, null, 1, 'options'])('refuses %p for the options themselves', (options) => {
  expect(() => resolveOptions(options as unknown as DatastreamOptions)).toThrow('Option "options" must be an object');
});

test.each([
  ['an invalid URL', { url: 'ftp://user:MARKER@x.com?apiKey=MARKER' }],
  ['an invalid URL whose password has an @', { url: 'ftp://user:MAR@MARKER@x.com' }],
  ['an invalid URL whose password has a slash', { url: 'https://user:MARKER/MARKER@x.com' }],
  ['an invalid URL whose password has a question mark', { url: 'https://user:MARKER?MARKER@x.com' }],
  ['a URL without a scheme', { url: 'user:MARKER@x.com' }],
  ['a key in the place of an agent', { agent: 'MARKER' }],
  ['an invalid key', { apiKey: 'MARKER MARKER' }],
  ['an invalid header', { headers: { MARKER: 'MARKER\n' } }],
  ['headers that are text', { headers: 'X-Token: MARKER' }],
  ['an invalid TLS option', { tls: { key: 'MARKER', other: 'MARKER' } }],
  ['a TLS option that is text', { tls: 'MARKER' }],
])('does not show the secrets of %s', (_, options) => {
  const { message, stack } = refusal(options);
  expect(message + String(stack)).not.toContain('MARKER');
});

test.each([
  ['a number', { writeTimeout: -1 }, 'milliseconds, more than 0 and up to 2147483647, got -1'],
  ['a string', { decode: 'json' }, 'a function, got "json"'],
  ['an object', { decode: {} }, 'a function, got object'],
  ['nothing', { messageHandler: undefined }, 'a function, got undefined'],
  ['a function', { url: () => 'https://x.com' }, 'an http(s) or ws(s) URL, got function'],
  ['a secret', { apiKey: '' }, 'printable ASCII without spaces, or a function, got string'],
  ['no secret at all', { apiKey: undefined }, 'or a function, got undefined'],
])('says what it got when that is %s', (_, options, words) => {
  expect(refusal(options).message).toContain(words);
});
