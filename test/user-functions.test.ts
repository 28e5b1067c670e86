import type { DatastreamClient, DatastreamOptions } from '../src';
import { messageAuth } from '../src';
import { fakeClient, settled } from './support/fake-client';

/** Options whose functions are called in the middle of things, each doing to the client what a test wants. */
function meddling(meddle: (client: DatastreamClient) => void) {
  let client: DatastreamClient;
  const during =
    <Result>(result: Result) =>
    () => {
      meddle(client);
      return result;
    };
  const situations: Record<string, Partial<DatastreamOptions>> = {
    apiKey: { apiKey: during('key') },
    'apiKey with a promise': { apiKey: during(new Promise<string>(() => undefined)) },
    'auth.authorize': { auth: { name: 'own', needsHeaders: false, authorize: during({}) } },
    'messageAuth encode': { auth: messageAuth(() => 1), encode: during('frame') },
    connectionReadyHandler: { connectionReadyHandler: during(undefined) },
    shouldReconnect: { shouldReconnect: during(undefined) },
    backoff: { backoff: during(10) },
    decode: { decode: during({ entity_type: 'rulesengine.Users', message_type: 'full' }) },
    messageHandler: { messageHandler: during(undefined) },
  };
  return { situations, use: (made: DatastreamClient) => (client = made) };
}

const NAMES = Object.keys(meddling(() => undefined).situations);

/** Lives through everything that calls a function of the user's, meddling once. */
async function live(name: string, action: 'close' | 'reconnect' | 'restart') {
  let meddled = false;
  const received: string[] = [];
  const { situations, use } = meddling((client) => {
    if (meddled) return;
    meddled = true;
    received.push('meddled');
    if (action === 'reconnect') client.reconnect();
    else void client.close();
    if (action === 'restart') client.start();
  });
  const world = fakeClient({ messageHandler: () => void received.push('handled'), ...situations[name] });
  world.client.on('message', () => received.push('heard'));
  use(world.client);
  world.client.start();
  await settled();
  const { sockets } = world.platform;
  const first = sockets[0];
  first?.accept();
  first?.deliver(1);
  if (name === 'shouldReconnect' || name === 'backoff') first?.drop();
  await settled();
  expect(meddled).toBe(true);
  return { ...world, received };
}

test.each(NAMES)('a client that is closed from inside %s stays closed', async (name) => {
  const { client, platform, clock, received } = await live(name, 'close');
  expect(client.state).toEqual({ status: 'closed' });
  expect(platform.liveSockets).toEqual([]);
  expect(received.slice(received.indexOf('meddled') + 1)).toEqual([]);
  clock.advance(80);
  expect(clock.timers).toBe(0);
});

test.each(NAMES.flatMap((name) => [[name, 'reconnect'] as const, [name, 'restart'] as const]))(
  'a client has one connection when it is told from inside %s to %s',
  async (name, action) => {
    const { client, platform, clock } = await live(name, action);
    expect(['connecting', 'initializing', 'ready']).toContain(client.state.status);
    expect(platform.liveSockets.length).toBe(name === 'apiKey with a promise' ? 0 : 1);
    clock.advance(80);
    expect(clock.timers).toBe(1);
  },
);

describe('a listener of a signal that aborts', () => {
  type Action = 'close' | 'reconnect' | 'restart';
  const act = (client: DatastreamClient, action: Action) => {
    if (action === 'reconnect') client.reconnect();
    else void client.close();
    if (action === 'restart') client.start();
  };
  const actions: Action[] = ['close', 'reconnect', 'restart'];

  /** A client whose handlers once do `action` when their signal aborts. */
  async function listening(action: Action) {
    let isDone = false;
    const listen = ({ signal }: { signal: AbortSignal }) =>
      signal.addEventListener('abort', () => {
        if (isDone) return;
        isDone = true;
        act(world.client, action);
      });
    const world = fakeClient({
      connectionReadyHandler: listen,
      messageHandler: (_, context) => listen(context),
    });
    world.connect();
    await settled();
    return { ...world, isDone: () => isDone };
  }

  const triggers: [string, (world: ReturnType<typeof fakeClient>) => void][] = [
    ['a loss', ({ platform }) => platform.socket.drop()],
    ['close()', ({ client }) => void client.close()],
    ['reconnect()', ({ client }) => client.reconnect()],
  ];

  test.each(triggers.flatMap(([name, trigger]) => actions.map((action) => [name, action, trigger] as const)))(
    'of the ready handler, at %s, has the last word with %s',
    async (_, action, trigger) => {
      const world = await listening(action);
      trigger(world);
      expect(world.isDone()).toBe(true);
      const isClosed = action === 'close';
      expect(world.client.state.status).toBe(isClosed ? 'closed' : 'connecting');
      expect(world.platform.liveSockets).toHaveLength(isClosed ? 0 : 1);
      world.clock.advance(80);
      expect(world.clock.timers).toBe(isClosed ? 0 : 1);
      if (isClosed) return;
      world.platform.socket.accept();
      await settled();
      expect(world.client.isReady()).toBe(true);
    },
  );

  test('of the message handler, at close(), may start the client and wait for it', async () => {
    let ready: Promise<void> = Promise.resolve();
    const world = fakeClient({
      messageHandler: (_, { signal }) =>
        signal.addEventListener('abort', () => {
          world.client.start();
          ready = world.client.ready();
        }),
    });
    world.connect();
    world.platform.socket.deliver('1');
    void world.client.close();
    world.platform.socket.accept();
    await ready;
    expect(world.client.isReady()).toBe(true);
  });
});

describe('a ready handler that goes on after it has ended its own connection', () => {
  function lasting(action: (client: DatastreamClient) => void) {
    const settlers: { resolve: () => void; reject: (error: Error) => void; signal: AbortSignal }[] = [];
    const world = fakeClient({
      connectionReadyHandler: ({ signal }) => {
        if (settlers.length === 0) action(world.client);
        return new Promise<void>((resolve, reject) => settlers.push({ resolve, reject, signal }));
      },
    });
    world.connect();
    return { ...world, settlers };
  }

  test.each(['resolve', 'reject'] as const)('does not %s the next connection', async (how) => {
    const { client, platform, settlers, codes } = lasting((client) => client.reconnect());
    platform.socket.accept();
    if (how === 'resolve') settlers[0]?.resolve();
    else settlers[0]?.reject(new Error('late'));
    await settled();
    expect([client.state.status, codes(), settlers[0]?.signal.aborted]).toEqual(['initializing', [], true]);
  });

  test('leaves no timer when it has closed the client', () => {
    const { clock, settlers } = lasting((client) => void client.close());
    clock.advance(80);
    expect([clock.timers, settlers[0]?.signal.aborted]).toEqual([0, true]);
  });
});
