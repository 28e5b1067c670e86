import fc from 'fast-check';
import type { ConnectionState } from '../src';
import { fakeClient, settled } from './support/fake-client';

const MAX_ATTEMPTS = 4;

/** Where each status may lead, from one announced state to the next. */
const SUCCESSORS: Record<ConnectionState['status'], ConnectionState['status'][]> = {
  idle: ['connecting', 'closed'],
  connecting: ['initializing', 'waiting', 'closed', 'connecting'],
  initializing: ['ready', 'waiting', 'closed', 'connecting'],
  ready: ['waiting', 'closed', 'connecting'],
  waiting: ['connecting', 'closed'],
  closed: ['connecting'],
};

/** A client whose key, ready handler and message handler end when a walk says so. */
function walker() {
  const keys: ((key: string) => void)[] = [];
  const handlers: { finish: () => void; fail: (error: Error) => void }[] = [];
  const handled: { done: () => void }[] = [];
  let isClosed = false;
  const deliveredAfterClose: unknown[] = [];
  const world = fakeClient({
    maxReconnectAttempts: MAX_ATTEMPTS,
    queueSize: 3,
    apiKey: () => (keys.length % 2 === 0 ? 'key' : new Promise((resolve) => keys.push(resolve))),
    connectionReadyHandler: () =>
      new Promise<void>((finish, fail) => {
        handlers.push({ finish, fail });
      }),
    messageHandler: (message) => {
      if (isClosed) deliveredAfterClose.push(message);
      return new Promise<void>((done) => handled.push({ done }));
    },
  });
  const promises: Promise<unknown>[] = [];
  const settlements: number[] = [];
  const watch = (promise: Promise<unknown>) => {
    const index = promises.push(promise) - 1;
    settlements[index] = 0;
    const count = () => void (settlements[index] = (settlements[index] ?? 0) + 1);
    promise.then(count, count);
  };
  const socket = () => world.platform.sockets.at(-1);
  const steps: Record<string, (amount: number) => void> = {
    start: () => {
      isClosed = false;
      world.client.start();
    },
    reconnect: () => {
      isClosed = false;
      world.client.reconnect();
    },
    close: () => {
      watch(world.client.close());
      isClosed = true;
    },
    ready: () => watch(world.client.ready()),
    send: () => watch(world.client.sendMessage(1)),
    sendWhenConnected: () => watch(world.client.sendMessage(2, { whenConnected: true })),
    sendAndAbort: () => {
      const controller = new AbortController();
      watch(world.client.sendMessage(3, { whenConnected: true, signal: controller.signal }));
      controller.abort();
    },
    toggleKeys: () => keys.push(() => undefined),
    giveKey: () => keys.splice(0).forEach((give) => give('late-key')),
    finishHandler: () => handlers.shift()?.finish(),
    failHandler: () => handlers.shift()?.fail(new Error('no')),
    finishMessage: () => handled.shift()?.done(),
    accept: () => socket()?.accept(),
    deliver: (amount) => {
      for (let n = 0; n < amount % 6; n++) socket()?.deliver(n);
    },
    pong: () => socket()?.pong(),
    drop: (amount) => socket()?.drop([1000, 1001, 1006, 1012, 4001][amount % 5]),
    dropOld: (amount) => world.platform.sockets[amount % Math.max(1, world.platform.sockets.length)]?.drop(),
    refuse: (amount) => socket()?.refuse([401, 503, 429, 502][amount % 4] ?? 503, '7'),
    advance: (amount) => world.clock.advance(amount),
    sleep: (amount) => world.clock.jump(amount),
    setBack: (amount) => world.clock.jump(-amount),
    block: (amount) => world.clock.block(amount),
  };
  return { ...world, steps, settlements, deliveredAfterClose, pendingHandlers: handlers };
}

type Walker = ReturnType<typeof walker>;

/** The timers that a state needs, no more and no fewer. */
function neededTimers({ status }: ConnectionState): number {
  if (status === 'idle' || status === 'closed') return 0;
  return status === 'initializing' ? 2 : 1; // the heartbeat and the time of the ready handler
}

function holds({ client, platform, clock, deliveredAfterClose }: Walker): void {
  const { state } = client;
  expect(platform.liveSockets.length).toBeLessThanOrEqual(1);
  // A socket that is being closed has one timer, which ends it by force.
  const closing = platform.sockets.filter((socket) => !socket.isLive && !socket.isEnded).length;
  expect([state.status, clock.timers - closing]).toEqual([state.status, neededTimers(state)]);
  if ('attempt' in state) expect(state.attempt).toBeLessThanOrEqual(MAX_ATTEMPTS);
  if (state.status === 'closed' || state.status === 'idle' || state.status === 'waiting') {
    expect(platform.liveSockets).toEqual([]);
  }
  expect(client.isConnected()).toBe(state.status === 'initializing' || state.status === 'ready');
  expect(deliveredAfterClose).toEqual([]);
}

const NAMES = Object.keys(walker().steps);
// More accepted connections than chance alone would give, so that walks get beyond the dial.
const step = fc.tuple(
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NAMES) }, fc.constantFrom('accept', 'finishHandler', 'start')),
  fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 200_000 })),
);

test('whatever happens, in whatever order, the client is consistent and leaves nothing behind', async () => {
  const visited = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (walk) => {
      const world = walker();
      for (const [name, amount] of walk) {
        world.steps[name]?.(amount);
        await settled();
        holds(world);
        visited.add(world.client.state.status);
      }
      const announced = world.states.map(({ status }) => status);
      announced.reduce((previous, next) => {
        expect(SUCCESSORS[previous]).toContain(next);
        return next;
      }, 'idle');

      const closed = world.client.close();
      world.clock.advance(80);
      await closed;
      await settled();
      expect(world.clock.timers).toBe(0);
      expect(world.platform.liveSockets).toEqual([]);
      expect(world.settlements.every((count) => count === 1)).toBe(true);
    }),
    { numRuns: 400 },
  );
  // A walk that never leaves the first states would prove nothing.
  expect([...visited].sort()).toEqual(['closed', 'connecting', 'idle', 'initializing', 'ready', 'waiting']);
}, 60_000);
