import { DatastreamClient, queryAuth, type AuthStrategy, type DatastreamError, type DatastreamOptions } from '../src';
import { platform } from '../src/platform/browser';
import { FakePlatform, type FakePlatformOptions } from '../src/testing/fakes';
import { settled } from './support/fake-client';
import { Marker, MARKER_KEY } from './support/marker';
import { rejection } from './support/watch';

/** What a user's own function says of the key; the client may hand it back as a cause, and repeats none of it. */
const marker = new Marker();
const own = marker.own(new Error(`cannot use ${MARKER_KEY}`));
const throwing = () => {
  throw own;
};
const rejecting = () => Promise.reject(own);

interface World {
  client: DatastreamClient<unknown>;
  platform: FakePlatform;
  marker: Marker;
}

interface Scenario {
  options?: Partial<DatastreamOptions<unknown>>;
  world?: FakePlatformOptions;
  /** What happens after the start. */
  story?: (world: World) => unknown;
}

const accept = ({ platform }: World) => platform.socket.accept();
/** A wait that is over, whatever its length. */
const later = ({ platform }: World) => platform.clock.advance(120_000);

function strategy(authorize: AuthStrategy['authorize']): AuthStrategy {
  return { name: 'own', needsHeaders: false, authorize };
}

const SCENARIOS: Record<string, Scenario> = {
  'the message handler throws': {
    options: { messageHandler: throwing },
    story: (world) => [accept(world), world.platform.socket.deliver({ apiKey: MARKER_KEY })],
  },
  'the message handler rejects': {
    options: { messageHandler: rejecting },
    story: (world) => [accept(world), world.platform.socket.deliver({ apiKey: MARKER_KEY })],
  },
  'the ready handler rejects': { options: { connectionReadyHandler: rejecting }, story: accept },
  'the ready handler does not end': {
    options: { connectionReadyHandler: () => new Promise(() => undefined) },
    story: (world) => [accept(world), later(world)],
  },
  'a listener throws': { story: (world) => [world.client.on('state', throwing), accept(world)] },
  'a listener of errors throws': {
    story: ({ client, platform }) => [client.on('error', throwing), platform.socket.drop()],
  },
  'the decoder throws': {
    options: { decode: throwing },
    story: (world) => [accept(world), world.platform.socket.deliver(MARKER_KEY)],
  },
  'the encoder throws': {
    options: { encode: throwing },
    story: async (world) => [accept(world), await rejection(world.client.sendMessage(MARKER_KEY))],
  },
  'the backoff throws': { options: { backoff: throwing }, story: ({ platform }) => platform.socket.drop() },
  'the judge of losses throws': {
    options: { shouldReconnect: throwing },
    story: ({ platform }) => platform.socket.drop(),
  },
  'the heartbeat throws': {
    options: { heartbeat: { message: throwing } },
    world: { pings: false },
    story: (world) => [accept(world), later(world)],
  },
  'the key provider throws': { options: { apiKey: throwing } },
  'the key provider rejects': { options: { apiKey: rejecting } },
  'the key provider gives a key with a line after it': { options: { apiKey: () => `${MARKER_KEY}\nnext` } },
  'the key provider gives an object': { options: { apiKey: () => ({ MARKER_KEY }) as unknown as string } },
  'the key provider does not answer': { options: { apiKey: () => new Promise(() => undefined) }, story: later },
  'the strategy throws an error': {
    options: {
      auth: strategy((apiKey) => {
        throw new Error(`cannot send ${apiKey}`);
      }),
    },
  },
  'the strategy throws an error with a cause': {
    options: {
      auth: strategy((apiKey) => {
        throw new Error('cannot send', { cause: new Error(`not ${apiKey}`) });
      }),
    },
  },
  'the strategy throws a text': {
    options: {
      auth: strategy((apiKey) => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- that anything can be thrown is the point
        throw `cannot send ${apiKey}`;
      }),
    },
  },
  'the strategy makes a header that is none': {
    options: { auth: strategy((apiKey) => ({ headers: { [apiKey]: '\n' } })) },
  },
  'the strategy makes a message that has no JSON form': {
    options: { auth: strategy((apiKey) => ({ firstMessage: { [apiKey]: 1n } })) },
    story: accept,
  },
  'the platform names the URL that it cannot open': {
    options: { auth: queryAuth() },
    story: ({ client, platform }) => {
      platform.open = ({ url }) => {
        throw new SyntaxError(`The URL "${url}" is invalid`);
      };
      client.reconnect();
    },
  },
  'the network names the URL that it cannot reach': {
    options: { auth: queryAuth() },
    story: ({ platform: { socket } }) =>
      socket.fail(new Error('failed', { cause: new Error(`GET ${socket.request.url}`) })),
  },
  'the network names the URL on which it takes no message': {
    options: { auth: queryAuth() },
    story: async (world) => {
      accept(world);
      const { socket } = world.platform;
      socket.send = (_data, done) => done(new Error('not sent', { cause: new Error(`POST ${socket.request.url}`) }));
      return rejection(world.client.sendMessage(1));
    },
  },
  'the connection falls silent': { story: (world) => [accept(world), later(world)] },
  'the upgrade is not answered': { story: later },
  'the peer takes no messages': {
    story: async (world) => {
      accept(world);
      world.platform.socket.takesWrites = false;
      const sent = rejection(world.client.sendMessage({ apiKey: MARKER_KEY }));
      world.platform.clock.advance(20_000);
      return sent;
    },
  },
  'the inbox overflows': {
    options: { queueSize: 1, messageHandler: () => new Promise(() => undefined) },
    world: { pauses: false },
    story: (world) => [accept(world), [1, 2, 3].map(() => world.platform.socket.deliver(MARKER_KEY))],
  },
  'the caller gives up, and says why': {
    story: async ({ client }) => {
      const signal = AbortSignal.abort(own);
      return [
        await rejection(client.ready({ signal })),
        await rejection(client.sendMessage(MARKER_KEY, { signal })),
        await rejection(client.ready({ timeout: -1 })),
      ];
    },
  },
  'the page goes offline, away and comes back': {
    options: { auth: queryAuth() },
    world: { page: true, sendsHeaders: false, pings: false, pauses: false },
    story: (world) => {
      const { page, socket } = world.platform;
      accept(world);
      page?.goOffline();
      socket.drop(1006, `offline: ${MARKER_KEY}`);
      page?.goOnline();
      page?.putAway();
      page?.restore();
    },
  },
};

describe.each([
  ['a logger', {}],
  ['no logger', { logger: undefined }],
])('with %s the key shows nowhere when', (_what, logging) => {
  let giveConsoleBack: () => void;
  beforeEach(() => {
    marker.leaks.length = 0;
    marker.searched = 0;
    giveConsoleBack = marker.takeConsole();
  });
  afterEach(() => giveConsoleBack());

  test.each(Object.entries(SCENARIOS))('%s', async (_name, { options, world, story }) => {
    const platform = new FakePlatform(world);
    const client = new DatastreamClient<unknown>({
      url: 'wss://example.com/datastream',
      messageHandler: () => undefined,
      platform,
      ...marker.options,
      ...logging,
      ...options,
    });
    marker.watch(client);
    const errors = client.errors();
    client.start();
    marker.show('what the story saw', await story?.({ client, platform, marker }));
    await settled();
    const closed = client.close();
    platform.clock.advance(80);
    await closed;
    for await (const error of errors) marker.show('errors()', error);
    marker.showClient(client);
    platform.reports.forEach((line) => marker.show('report', line));

    expect(marker.leaks).toEqual([]);
    expect(marker.searched).toBeGreaterThan(10);
  });
});

describe('a wrong option does not show the key', () => {
  const valid = { url: 'wss://example.com', apiKey: MARKER_KEY, messageHandler: () => undefined };
  test.each<[string, Record<string, unknown>]>([
    ['a key with a space', { apiKey: `${MARKER_KEY} ` }],
    ['a key that is an object', { apiKey: { MARKER_KEY } }],
    ['headers with a line end', { headers: { 'X-Key': `${MARKER_KEY}\n` } }],
    ['a certificate that is a text', { tls: MARKER_KEY }],
    [
      'a URL of another scheme, with the key in its query',
      { url: `ftp://x.test/?key=${encodeURIComponent(MARKER_KEY)}` },
    ],
    [
      'a URL of another scheme, with the key as its password',
      { url: `ftp://user:${encodeURIComponent(MARKER_KEY)}@x.test/` },
    ],
    ['a strategy that is an object', { auth: { MARKER_KEY } }],
    ['another number', { queueSize: -1 }],
  ])('%s', (_what, wrong) => {
    const found = new Marker();
    try {
      new DatastreamClient({ ...valid, ...wrong });
    } catch (error) {
      found.show('thrown', error);
    }
    expect([found.searched > 0, found.leaks]).toEqual([true, []]);
  });
});

test('a page whose WebSocket names the URL that it refuses does not show the key', async () => {
  const { WebSocket } = globalThis;
  globalThis.WebSocket = function (url: string) {
    throw new SyntaxError(`The URL '${url}' is invalid.`);
  } as never;
  const found = new Marker();
  const client = new DatastreamClient<unknown>({
    url: 'wss://example.com',
    messageHandler: () => undefined,
    platform,
    ...found.options,
  });
  found.watch(client);
  const errors: DatastreamError[] = [];
  client.on('error', (error) => errors.push(error));
  try {
    client.start();
    found.showClient(client);
    expect(errors).toMatchObject([
      { code: 'CONNECT_FAILED', cause: { message: expect.stringContaining('<key>') as string } },
    ]);
    expect(found.leaks).toEqual([]);
  } finally {
    await client.close();
    globalThis.WebSocket = WebSocket;
  }
});
