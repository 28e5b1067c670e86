import type { FakeSocket } from '../../../src/testing/fakes';
import { MARKER_KEY } from '../marker';
import type { WalkWorld } from './walk-world';

/** Something that happens to a client; what the amount means is its own business. */
export type Action = (world: WalkWorld, amount: number) => void;

/** What the user asks for last, wins; a signal that has aborted closes for good. */
function wish(world: WalkWorld, intent: 'open' | 'closed'): void {
  if (intent === 'closed') world.closes++;
  world.intent = world.option.signal.aborted && world.circumstances.hasSignal ? 'closed' : intent;
}

function start(world: WalkWorld): void {
  wish(world, 'open');
  const before = world.client.state;
  world.call((client) => client.start());
  const mayAct = before.status === 'idle' || before.status === 'closed';
  if (!mayAct && world.client.state !== before) world.faults.push(`start() did something to a client ${before.status}`);
}

function close(world: WalkWorld): void {
  wish(world, 'closed');
  world.call((client) => world.calls.watch('close', client.close()));
}

function reconnect(world: WalkWorld): void {
  wish(world, 'open');
  const { state } = world.client;
  world.call((client) => client.reconnect());
  if (world.intent === 'open' && world.client.state === state) world.faults.push('reconnect() did nothing');
}

function abortOption(world: WalkWorld): void {
  if (!world.circumstances.hasSignal || world.option.signal.aborted) return;
  wish(world, 'closed');
  world.option.abort();
}

function send(world: WalkWorld, options: { whenConnected?: boolean; signal?: AbortSignal }): void {
  const id = world.calls.nextId();
  world.call((client) =>
    world.calls.watch('send', client.sendMessage({ send: id }, options), { id, signal: options.signal }),
  );
}

function awaitReady(world: WalkWorld, options: { timeout?: number; signal?: AbortSignal }): void {
  const hasTimeout = options.timeout !== undefined;
  world.call((client) => world.calls.watch('ready', client.ready(options), { signal: options.signal, hasTimeout }));
}

/** As users change a key: the function gives another one, and the client dials with it. */
function changeKey(world: WalkWorld): void {
  world.changeKey();
  reconnect(world);
}

/** What users do. */
const USER: Record<string, Action> = {
  start,
  close,
  reconnect,
  changeKey,
  restart: (world) => {
    close(world);
    start(world);
  },
  abortOption,
  ready: (world) => awaitReady(world, {}),
  readyInTime: (world, amount) => awaitReady(world, { timeout: amount }),
  readyUnlessAborted: (world) => awaitReady(world, { signal: world.callers.signal }),
  send: (world) => send(world, {}),
  sendUnlessAborted: (world) => send(world, { signal: world.callers.signal }),
  sendWhenConnected: (world) => send(world, { whenConnected: true }),
  sendWhenConnectedUnlessAborted: (world) => send(world, { whenConnected: true, signal: world.callers.signal }),
  abortCalls: (world) => {
    const { callers } = world;
    world.callers = new AbortController();
    callers.abort();
  },
  readErrors: (world) => {
    const reader = world.client.errors();
    void (async () => {
      for await (const error of reader) world.errorsRead.push(error);
    })();
  },
  listenOnce: (world) => world.client.once('state', () => world.ambushes.spring('stateListener')),
  wishForRetry: (world, amount) => world.wishes.push(amount % 2 === 0),
  wishForWait: (world, amount) => {
    world.waits.push([0, -1, NaN, Infinity, amount, 1e300, -Infinity][amount % 7] ?? amount);
  },
};

/** How promises of the user's end. */
const ENDINGS: Record<string, Action> = {
  finishKeys: (world) => world.pendingKeys.splice(0).forEach(({ finish }) => finish()),
  failKeys: (world) => world.pendingKeys.splice(0).forEach(({ fail }) => fail()),
  finishReady: (world) => world.pendingReadies.shift()?.finish(),
  failReady: (world) => world.pendingReadies.shift()?.fail(),
  finishReadyOutOfOrder: (world) => world.pendingReadies.pop()?.finish(),
  finishMessage: (world) => world.pendingMessages.shift()?.finish(),
  failMessage: (world) => world.pendingMessages.shift()?.fail(),
};

/** What becomes of the page, where there is one. */
const PAGE: Record<string, Action> = {
  goOffline: ({ platform }) => platform.page?.goOffline(),
  goOnline: ({ platform }) => platform.page?.goOnline(),
  hide: ({ platform }) => platform.page?.hide(),
  show: ({ platform }) => platform.page?.show(),
  putAway: ({ platform }) => platform.page?.putAway(),
  restore: ({ platform }) => platform.page?.restore(),
  freezeAndResume: ({ platform, platform: { clock } }, amount) => {
    clock.block(amount);
    platform.page?.show();
  },
};

const CLOSE_CODES = [1000, 1001, 1005, 1006, 1008, 1011, 1012, 3000, 4001, 4999];
const STATUSES = [302, 401, 403, 429, 502, 503];
const RETRY_AFTERS = [undefined, '7', '0', '999999', 'soon', '-5', MARKER_KEY];
const GARBAGE = ['', '{', '"text"', '{"__proto__":{"polluted":true}}', `{"${MARKER_KEY}`, new Uint8Array([0xff, 0xfe])];

function each(world: WalkWorld, amount: number): FakeSocket | undefined {
  return world.platform.sockets[amount % Math.max(1, world.platform.sockets.length)];
}

/** What servers and networks do, to the latest connection or to one that was given up long ago. */
const SERVER: Record<string, Action> = {
  accept: (world) => world.socket && world.accept(world.socket),
  acceptOld: (world, amount) => {
    const socket = each(world, amount);
    if (socket) world.accept(socket);
  },
  deliver: (world, amount) => {
    const { socket } = world;
    for (let n = 0; socket && n <= amount % 6; n++) world.deliver(socket);
  },
  deliverOld: (world, amount) => {
    const socket = each(world, amount);
    if (socket) world.deliver(socket);
  },
  deliverGarbage: (world, amount) => world.socket && world.deliver(world.socket, GARBAGE[amount % GARBAGE.length]),
  pong: ({ socket }) => socket?.pong(),
  drop: ({ socket, newestKey }, amount) =>
    socket?.drop(CLOSE_CODES[amount % CLOSE_CODES.length], `over\r\n\u001b[31mforged ${newestKey}`),
  dropOld: (world, amount) => each(world, amount)?.drop(),
  refuse: ({ socket }, amount) => socket?.refuse(STATUSES[amount % 6] ?? 503, RETRY_AFTERS[amount % 7]),
  failDial: ({ socket }) => socket?.fail(new Error(`read ECONNRESET of ${socket.request.url}`)),
  stopTakingWrites: ({ socket }) => {
    if (socket) socket.takesWrites = false;
  },
  breakNextWrite: ({ platform }) => {
    platform.breaksNextWrite = true;
  },
  takeWrites: (world, amount) => each(world, amount)?.takeWrites(),
};

/** How time passes. */
const TIME: Record<string, Action> = {
  jumpAhead: ({ platform }, amount) => platform.clock.jump(amount),
  setBack: ({ platform }, amount) => platform.clock.jump(-amount),
  block: ({ platform }, amount) => platform.clock.block(amount),
};

/** What may happen in the middle of a function of the user's, beside that it throws. */
export const MEDDLING: Readonly<Record<string, Action>> = { ...USER, ...ENDINGS, ...PAGE, ...SERVER, ...TIME };

/** Everything that may happen to a client. Timers run between functions, never inside them. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  ...MEDDLING,
  advance: ({ platform }, amount) => platform.clock.advance(amount),
};
