import { getEventListeners } from 'node:events';
import { Agent } from 'node:http';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { DatastreamClient, type DatastreamOptions } from '../../../src';
import { platform as browserPlatform } from '../../../src/platform/browser';
import { FakePlatform } from '../../../src/testing/fakes';
import { useLoopback } from '../../support/loopback';
import { Marker } from '../../support/marker';
import { next } from '../../support/watch';

const loopback = useLoopback();

const TIMES = 2_000;

const marker = new Marker();
afterEach(() => expect(marker.leaks).toEqual([]));

/** A client in a fake page, on a platform and a signal that others share. */
function pageClient(platform: FakePlatform, signal: AbortSignal) {
  const options: DatastreamOptions<unknown> = {
    url: 'wss://example.com',
    ...marker.options,
    messageHandler: () => undefined,
    connectionReadyHandler: () => undefined,
    platform,
    signal,
  };
  const client = new DatastreamClient(options);
  marker.watch(client);
  return client;
}

/** What a fake world holds for its clients. */
function held(platform: FakePlatform, signal: AbortSignal) {
  return {
    timers: platform.clock.timers,
    pageListeners: platform.page?.watchers,
    signalListeners: getEventListeners(signal, 'abort').length,
    sockets: platform.liveSockets.length,
  };
}

const NOTHING = { timers: 0, pageListeners: 0, signalListeners: 0, sockets: 0 };

/** The client is ready once the ready handler's promise is. */
async function becomeReady(client: DatastreamClient<unknown>, platform: FakePlatform) {
  platform.socket.accept();
  await client.ready();
  // The sockets of the past are the fake's own memory.
  platform.sockets.splice(0, platform.sockets.length - 1);
}

test(`${TIMES} reconnects hold what the first connection held, and nothing after close()`, async () => {
  const platform = new FakePlatform({ page: true });
  const { signal } = new AbortController();
  const client = pageClient(platform, signal);
  client.start();
  await becomeReady(client, platform);
  const first = held(platform, signal);
  expect(first).toEqual({ timers: 1, pageListeners: 1, signalListeners: 1, sockets: 1 });
  for (let count = 0; count < TIMES; count += 1) {
    if (count % 2) {
      platform.socket.drop();
      platform.clock.advance(30_000);
    } else {
      const { socket } = platform;
      client.reconnect();
      socket.drop();
    }
    await becomeReady(client, platform);
  }
  expect(held(platform, signal)).toEqual(first);
  const { socket } = platform;
  const closed = client.close();
  socket.drop();
  await closed;
  expect(held(platform, signal)).toEqual(NOTHING);
  expect(marker.searched).toBeGreaterThan(TIMES);
});

test(`${TIMES} clients that are created and closed hold nothing`, async () => {
  const platform = new FakePlatform({ page: true });
  const { signal } = new AbortController();
  for (let count = 0; count < TIMES; count += 1) {
    const client = pageClient(platform, signal);
    client.start();
    await becomeReady(client, platform);
    const closed = client.close();
    platform.socket.drop();
    await closed;
  }
  expect(held(platform, signal)).toEqual(NOTHING);
});

test('clients in a page leave no listener on it, on its document or on a socket', async () => {
  const server = await loopback.datastream();
  const page = new EventTarget();
  const document = new EventTarget();
  const sockets: WebSocket[] = [];
  const globals = {
    WebSocket: class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    },
    addEventListener: page.addEventListener.bind(page),
    removeEventListener: page.removeEventListener.bind(page),
    document,
  };
  const listeners = () =>
    ['online', 'offline', 'pagehide', 'pageshow', 'visibilitychange', 'resume'].flatMap((type) => [
      ...getEventListeners(page, type),
      ...getEventListeners(document, type),
    ]).length;
  const undo = replaceGlobals(globals);
  try {
    for (let count = 0; count < 50; count += 1) {
      const client = await loopback.readyClient(server, { platform: browserPlatform });
      if (count === 0) expect(listeners()).toBe(6);
      client.reconnect();
      await client.ready();
      await client.close();
    }
    expect(listeners()).toBe(0);
    expect(sockets).toHaveLength(100);
    // A closed socket keeps its own handlers, and is kept by nobody; an abandoned one has none.
    expect(sockets.filter((socket) => socket.readyState !== WebSocket.CLOSED)).toEqual([]);
  } finally {
    undo();
  }
});

test('reconnects leave nothing in a shared agent, and no more listeners on a socket than at first', async () => {
  const server = await loopback.datastream();
  const agent = new Agent();
  const connecting = jest.spyOn(agent, 'createConnection');
  const opened = () => connecting.mock.results.map(({ value }) => value as Socket);
  const client = await loopback.readyClient(server, { agent });
  const first = opened().map(listenersOf);
  for (let count = 0; count < 50; count += 1) {
    const ready = next(client, 'ready');
    client.reconnect();
    await ready;
  }
  expect(opened().slice(-1).map(listenersOf)).toEqual(first);
  await client.close();
  expect([opened().length, opened().every(({ destroyed }) => destroyed)]).toEqual([51, true]);
  expect([Object.keys(agent.sockets), Object.keys(agent.requests)]).toEqual([[], []]);
});

/** How many listeners a socket has, by event. */
function listenersOf(socket: Socket): Record<string, number> {
  return Object.fromEntries(socket.eventNames().map((name) => [String(name), socket.listenerCount(name)]));
}

/** Puts properties into the global object, and returns what undoes it. */
function replaceGlobals(globals: object): () => void {
  const before = Object.getOwnPropertyDescriptors(globalThis) as Record<string, PropertyDescriptor>;
  Object.assign(globalThis, globals);
  return () => {
    for (const name of Object.keys(globals)) {
      const descriptor = before[name];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  };
}
