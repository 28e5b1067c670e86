import { inspect } from 'node:util';
import fc from 'fast-check';
import {
  DatastreamClient,
  headerAuth,
  InvalidOptionError,
  messageAuth,
  queryAuth,
  type DatastreamOptions,
} from '../src';
import { FakePlatform } from '../src/testing/fakes';

const SECRET = 'MARKER';
const REQUIRED = ['url', 'apiKey', 'messageHandler'];

/** Options that are right, with a secret wherever one may stand. */
const right = () => ({
  url: `wss://user:${SECRET}@example.com/path?token=${SECRET}`,
  apiKey: SECRET as unknown,
  messageHandler: () => undefined,
  platform: new FakePlatform(),
});

const fail = (): never => {
  throw new Error('This cannot be looked at');
};
/** They make fast-check itself stumble, so that no arbitrary may give them. */
const untouchable = new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail });
const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** Values that code trips over. */
const odd = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  fc.anything({ withNullPrototype: true, withObjectString: true, withSparseArray: true, withBoxedValues: true }),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    ...[Symbol('odd'), Symbol.iterator, Object.create(null), NaN, -0, 2 ** 31, 10n],
    ...[() => undefined, fail, async () => Promise.resolve(), Map, /x/, new Date(NaN), new Error('odd')],
    ...[
      { toString: fail },
      { valueOf: fail, toJSON: fail },
      { then: fail },
      new WeakMap(),
      new AbortController().signal,
    ],
  ),
);

const duration = fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.double({ min: 0.001, max: 1_000, noNaN: true }));
const token = fc.string({
  unit: fc.constantFrom('a', '/', '@', '?', '#', ':', ' ', '\n', '%', '\\', 'ü'),
  maxLength: 4,
});
const secretUrl = fc
  .tuple(
    fc.constantFrom('https:', 'ws:', 'ftp:', 'https', '', 'wss:/'),
    token,
    token,
    fc.constantFrom('x.com', '', '[', ':'),
  )
  .map(([scheme, before, after, host]) => `${scheme}//user:${before}${SECRET}${after}@${host}?token=${SECRET}`)
  // A slash may end the credentials before the secret, which is then the name of a file.
  .filter((url) => !URL.canParse(url) || !(new URL(url).host + new URL(url).pathname).includes(SECRET));
const secretText = fc.tuple(token, token).map(([before, after]) => before + SECRET + after);

/** Values that look like what an option wants, with secrets where secrets belong. */
const likely: Record<keyof DatastreamOptions, fc.Arbitrary<unknown>> = {
  url: fc.oneof(secretUrl, fc.webUrl(), fc.constantFrom('https://api.x.com', 'ws://[::1]:1')),
  apiKey: fc.oneof(
    secretText,
    fc.constant(() => SECRET),
    fc.constant(() => Promise.reject(new Error('no'))),
  ),
  messageHandler: fc.func(odd),
  connectionReadyHandler: fc.func(odd),
  logger: fc.constantFrom<unknown>(console, { debug: fail, info: fail, warn: fail, error: fail }, {}),
  maxReconnectAttempts: fc.oneof(fc.integer(), fc.constant(Infinity)),
  minReconnectDelay: duration,
  maxReconnectDelay: duration,
  pongTimeout: duration,
  pingInterval: duration,
  writeTimeout: duration,
  connectTimeout: duration,
  readyTimeout: duration,
  stableAfter: duration,
  queueSize: fc.integer(),
  auth: fc.oneof(
    fc.constantFrom(headerAuth(), queryAuth(), messageAuth(fail)),
    fc.record({ name: odd, needsHeaders: odd, authorize: fc.func(odd) }),
  ),
  headers: fc.oneof(
    fc.dictionary(secretText, secretText),
    fc.dictionary(fc.constant('X-Token'), secretText),
    secretText,
  ),
  tls: fc.oneof(fc.dictionary(fc.constantFrom('ca', 'cert', 'key', 'other'), secretText), secretText),
  agent: fc.oneof(fc.constant({}), fc.record({ options: odd })),
  heartbeat: fc.record({ message: fc.func(odd) }),
  compression: fc.boolean(),
  backoff: fc.func(odd),
  shouldReconnect: fc.func(odd),
  decode: fc.func(odd),
  encode: fc.func(odd),
  signal: fc.constantFrom<unknown>(new AbortController().signal, AbortSignal.abort(SECRET), {}),
  unref: fc.boolean(),
  platform: fc.constantFrom<unknown>(
    new FakePlatform({ sendsHeaders: false, page: true }),
    ...[{}, { clock: {} }, { clock: new FakePlatform().clock }, { clock: new FakePlatform().clock, open: fail }],
  ),
};

const OPTION_NAMES = Object.keys(likely) as (keyof DatastreamOptions)[];

/** What comes of options: a client, or an error that is fit to be shown. */
function outcome(options: object): DatastreamClient<unknown> | InvalidOptionError {
  try {
    return new DatastreamClient(options as ConstructorParameters<typeof DatastreamClient<unknown>>[0]);
  } catch (error) {
    if (error instanceof InvalidOptionError) return error;
    throw new Error(`Threw something else: ${inspect(error)}`, { cause: error });
  }
}

function shown(result: DatastreamClient<unknown> | InvalidOptionError): string {
  const views = [inspect(result, { depth: 9, showHidden: true }), JSON.stringify(result)];
  return [...views, result instanceof Error ? String(result.stack) + result.message : result.url].join('\n');
}

test.each([...OPTION_NAMES])('any %s makes a client, or an error that names it and shows no secret', (name) => {
  const value = fc.oneof(odd, likely[name]);
  const property = fc.property(value, (given) => {
    const result = outcome({ ...right(), [name]: given });
    expect(shown(result)).not.toContain(SECRET);
    // A delay may be wrong for another one, which is then the one that is named.
    const names = [name, ...(name === 'maxReconnectDelay' ? ['minReconnectDelay'] : [])];
    if (result instanceof InvalidOptionError) expect([...names, 'pingInterval']).toContain(result.option);
  });
  fc.assert(property, { numRuns: 100 });
});

test('any options at all make a client, or an error that names one of them and shows no secret', () => {
  const options = fc.record(
    Object.fromEntries(OPTION_NAMES.map((name) => [name, fc.oneof({ weight: 9, arbitrary: likely[name] }, odd)])),
    { requiredKeys: REQUIRED },
  );
  const property = fc.property(options, (given) => {
    const result = outcome({ platform: new FakePlatform(), ...given });
    expect(shown(result)).not.toContain(SECRET);
    if (result instanceof InvalidOptionError) expect([...Object.keys(given), 'pingInterval']).toContain(result.option);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('no options that make a client make one that throws', () => {
  const functions = [
    'messageHandler',
    'connectionReadyHandler',
    'backoff',
    'shouldReconnect',
    'decode',
    'encode',
  ] as const;
  const names = [...functions, 'auth', 'heartbeat', 'compression'] as const;
  const options = fc.record(Object.fromEntries(names.map((name) => [name, likely[name]])), { requiredKeys: [] });
  let lived = 0;
  const property = fc.property(options, (given) => {
    const { platform, ...base } = right();
    const client = outcome({
      ...base,
      platform,
      logger: { debug: fail, info: fail, warn: fail, error: fail },
      ...given,
    });
    if (client instanceof InvalidOptionError) return;
    lived++;
    client.on('error', () => undefined);
    client.start();
    platform.sockets[0]?.accept();
    platform.sockets[0]?.deliver('1');
    platform.clock.advance(100);
    platform.sockets[0]?.drop();
    void client.close();
    expect(client.state.status).toBe('closed');
  });
  fc.assert(property, { numRuns: 400 });
  expect(lived).toBeGreaterThan(100);
});

test.each(OPTION_NAMES.flatMap((name) => [untouchable, revoked.proxy].map((value) => ({ name, value }))))(
  'a value of $name that cannot even be looked at is refused',
  ({ name, value }) => {
    expect(outcome({ ...right(), [name]: value })).toMatchObject({ code: 'INVALID_OPTION', option: name });
  },
);

test.each([untouchable, revoked.proxy, Object.defineProperty(right(), 'decode', { get: fail }), null, 1, 'x'])(
  'options that cannot be read are refused like any other',
  (options) => {
    expect(outcome(options as object)).toBeInstanceOf(InvalidOptionError);
  },
);
