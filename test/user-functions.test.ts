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
    decode: { decode: during({ entity_type: '', message_type: '' }) },
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
