import { getEventListeners } from 'node:events';
import type { ConnectionState, DatastreamError } from '../../../src';
import { ConnectionClosedError } from '../../../src';
import type { WalkWorld } from './walk-world';

const MIN_DELAY = 1_000;
const MAX_DELAY = 30_000;
const LONGEST_RETRY_AFTER = 300_000;
const LONGEST_DELAY = 2 ** 31 - 1;
const STABLE_AFTER = 10_000;
/** The close code for a connection that is no good any more. */
const ABANDONED = 4000;

type Status = ConnectionState['status'];
type Rule = (world: WalkWorld) => Iterable<string>;

/** Where each status may lead, from one announced state to the next. */
const SUCCESSORS: Record<Status, readonly Status[]> = {
  idle: ['connecting', 'closed'],
  connecting: ['initializing', 'waiting', 'closed', 'connecting'],
  initializing: ['ready', 'waiting', 'closed', 'connecting'],
  ready: ['waiting', 'closed', 'connecting'],
  waiting: ['connecting', 'closed', 'waiting'],
  closed: ['connecting'],
};

/** What must hold of a client whenever nothing is under way. */
const RULES: Record<string, Rule> = {
  *'what was seen in the middle of things'({ faults }) {
    yield* faults;
  },

  *'the user has the last word'({ client: { state }, intent, terminal }) {
    if (intent === 'idle' && state.status !== 'idle') yield `never started, and ${state.status}`;
    if (intent === 'closed' && state.status !== 'closed') yield `closed by the user, and ${state.status}`;
    if (intent === 'open' && state.status === 'idle') yield 'started, and idle';
    if (intent === 'open' && state.status === 'closed' && !terminal.has(state.error)) yield 'closed by nobody';
  },

  *'there is at most one live socket'({ client: { state }, platform: { liveSockets } }) {
    const may = state.status === 'connecting' || state.status === 'initializing' || state.status === 'ready' ? 1 : 0;
    if (liveSockets.length > may) yield `${liveSockets.length} while ${state.status}`;
    if (liveSockets.length === 0 && /initializing|ready/.test(state.status)) yield `none while ${state.status}`;
  },

  *'isConnected() and isReady() agree with the state'({ client }) {
    const { status } = client.state;
    if (client.isReady() !== (status === 'ready')) yield `isReady() while ${status}`;
    if (client.isConnected() !== (status === 'ready' || status === 'initializing')) yield `isConnected() in ${status}`;
  },

  *'there are the timers that the state needs, and no other'(world) {
    const { client, platform, calls } = world;
    const unfinished = platform.sockets.filter((socket) => !socket.isEnded);
    const closing = unfinished.filter((socket) => !socket.isLive).length;
    const written = unfinished.filter((socket) => socket.sent.length > 0).length;
    const needed = neededTimers(client.state) + calls.timeouts;
    // A socket that is being closed has one, which ends it by force where that can be done; one that was
    // sent something may still have the timer of that.
    const least = needed + (world.circumstances.platform.terminates ? closing : 0);
    const most = needed + closing + written;
    const armed = platform.clock.timers;
    if (armed < least || armed > most) yield `${armed} while ${client.state.status}, expected ${least} to ${most}`;
  },

  *'a page, and a signal, is listened to by a client that is not closed'(world) {
    const { client, platform, option, circumstances } = world;
    const { status } = client.state;
    const isWatching = status !== 'idle' && status !== 'closed';
    if (platform.page && platform.page.watchers !== (isWatching ? 1 : 0))
      yield `${platform.page.watchers} in ${status}`;
    const listeners = getEventListeners(option.signal, 'abort').length;
    if (listeners !== (circumstances.hasSignal && status !== 'closed' ? 1 : 0))
      yield `${listeners} of signal, ${status}`;
  },

  *'the signals of handlers that are over have aborted'({ client: { state }, readySignals, messageSignals }) {
    const going = readySignals.filter(({ aborted }) => !aborted).length;
    if (going > (state.status === 'initializing' || state.status === 'ready' ? 1 : 0)) yield `${going} ready signals`;
    const runs = [...messageSignals].filter(({ aborted }) => !aborted).length;
    if (runs > (state.status === 'closed' ? 0 : 1)) yield `${runs} message signals while ${state.status}`;
  },

  *'every message is handled, waits, or is counted as discarded'(world) {
    const { messages, discarded, queueDepth } = world.client.stats();
    if (messages !== world.sentByServer) yield `${messages} counted of ${world.sentByServer}`;
    if (messages !== world.decoded + discarded + queueDepth) yield `${world.decoded} + ${discarded} + ${queueDepth}`;
    const decoded = world.decoded - world.malformed;
    const handled = world.handled.length;
    if (handled > decoded || handled < decoded - world.excused) yield `${handled} handled of ${decoded} decoded`;
    if (world.client.state.status === 'closed' && queueDepth > 0) yield `${queueDepth} wait in a closed client`;
    if (!world.circumstances.handlesSlowly && queueDepth > 0) yield `${queueDepth} wait for nothing`;
  },

  *'no call goes on that was taken back'({ calls }) {
    yield* calls.takenBack();
  },

  *'no call waits for a connection that is lost'({ calls, platform: { sockets } }) {
    for (const id of calls.waitingIds()) {
      const socket = sockets.find(({ sent }) => sent.some((frame) => String(frame).startsWith(`{"send":${id},`)));
      if (socket?.isEnded || socket?.closedWith?.code === ABANDONED) yield `message ${id}`;
    }
  },

  *'every listener hears everything'(world) {
    if (!isSame(world.states, world.statesOfWitness)) yield 'of the states';
    if (!isSame(world.states, world.statesByName)) yield 'of the states by their names';
    if (!isSame(world.errors, world.errorsOfWitness)) yield 'of the errors';
    for (const { message, ends } of world.heard) {
      if (!world.heardByWitness.has(message) && ends === world.ends) yield `of the messages: ${message}`;
    }
  },

  *'the last state that was announced is the state'({ client, states }) {
    const last = states.at(-1);
    if (last && last !== client.state) yield `${client.state.status} after ${last.status}`;
  },
};

/** What must hold of all that a client did. */
const RULES_OF_HISTORY: Record<string, Rule> = {
  *'states follow each other as they may'(world) {
    const { states } = world;
    for (const [index, state] of states.entries())
      yield* successionFaults(states[index - 1] ?? { status: 'idle' }, state, world);
  },

  *'every loss is told once, and is the error in the state'({ states, errors }) {
    if (new Set(errors).size !== errors.length) yield 'an error was told twice';
    for (const state of states) {
      if ('error' in state && state.error && !errors.includes(state.error)) yield `${state.error.code} was not told`;
      if (state.status === 'waiting' && !state.error.retryable)
        yield `${state.error.code} is retried and says it is not`;
      if (state.status === 'closed' && state.error?.retryable) yield `${state.error.code} ended it and is retryable`;
    }
  },

  *'every failure of a handler, and every malformed message, is told'({ errors, handlerFailures, malformed }) {
    const failures = errors.filter(
      ({ code, message }) => code === 'HANDLER_FAILED' && message.includes('messageHandler'),
    );
    if (failures.length !== handlerFailures) yield `${failures.length} of ${handlerFailures} failures`;
    const garbage = errors.filter(({ code }) => code === 'MALFORMED_MESSAGE').length;
    if (garbage !== malformed) yield `${garbage} of ${malformed} malformed messages`;
  },

  *'calls settle as they may'({ calls }) {
    yield* calls.broken();
  },

  *'messages leave in the order of the calls, behind what authenticates'({ platform: { sockets }, circumstances }) {
    for (const { sent } of sockets) {
      const frames = sent.map((frame) => JSON.parse(String(frame)) as { order: number; send?: number; auth?: string });
      const orders = frames.filter(({ send }) => send).map(({ order }) => order);
      if (orders.some((order, index) => order <= (orders[index - 1] ?? 0))) yield orders.join();
      if (circumstances.auth === 'message' && frames[0] && !frames[0].auth) yield 'something came ahead of the key';
    }
  },

  *'no key shows, and no line is forged'({
    lines,
    states,
    errors,
    errorsRead,
    platform,
    client,
    marker,
    circumstances,
  }) {
    // An error that was told was searched then; it is the one in the state, by another rule.
    const rest = states.map((state) => ({ ...state, error: undefined }));
    const unheard = errorsRead.filter((error) => !errors.includes(error));
    for (const each of [rest, ...unheard, ...platform.reports]) marker.show('told', each);
    marker.showClient(client);
    yield* marker.leaks;
    if (circumstances.hasLogger && client.stats().attempts > 0 && lines.length === 0) yield 'no line was searched';
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    for (const line of [...lines, ...platform.reports]) if (/[\u0000-\u001f]/.test(line)) yield JSON.stringify(line);
  },
};

/** The rules that are broken now, each with what it found. */
export function brokenRules(world: WalkWorld): string[] {
  return broken(RULES, world);
}

/** Those that a look at the whole walk finds broken. */
export function brokenRulesOfHistory(world: WalkWorld): string[] {
  return broken(RULES_OF_HISTORY, world);
}

function broken(rules: Record<string, Rule>, world: WalkWorld): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => [...rule(world)].map((found) => `${name}: ${found}`));
}

function neededTimers(state: ConnectionState): number {
  switch (state.status) {
    case 'idle':
    case 'closed':
      return 0;
    case 'initializing':
      return 2; // the heartbeat and the time of the ready handler
    case 'waiting':
      return state.paused ? 0 : 1;
    case 'connecting':
    case 'ready':
      return 1;
  }
}

function* successionFaults(previous: ConnectionState, state: ConnectionState, world: WalkWorld): Iterable<string> {
  if (!SUCCESSORS[previous.status].includes(state.status)) yield `${previous.status} to ${state.status}`;
  if (state.status === 'waiting' && previous.status !== 'waiting') yield* waitFaults(previous, state, world);
  if (state.status === 'connecting') {
    const expected = previous.status === 'waiting' ? [1, previous.attempt] : [1];
    if (!expected.includes(state.attempt)) yield `attempt ${state.attempt} after ${previous.status}`;
  }
  if (state.status === 'closed' && state.error) yield* endFaults(previous, state.error, world);
}

type Waiting = Extract<ConnectionState, { status: 'waiting' }>;

function* waitFaults(previous: ConnectionState, state: Waiting, world: WalkWorld): Iterable<string> {
  const { attempt, delay, retryAt, error, paused } = state;
  const dialled = dialledBefore(previous, retryAt - delay);
  const isKept = paused && delay === 0;
  const expected = isKept ? [Math.max(1, dialled), dialled + 1] : [dialled + 1];
  if (!expected.includes(attempt)) yield `attempt ${attempt} after ${previous.status} with ${dialled}`;
  if (isKept) return;
  if (error.code === 'UNAUTHORIZED' && world.circumstances.key === 'constant' && !world.wishAfter.get(error)) {
    yield 'a rejected key is tried again';
  }
  const asked = error instanceof ConnectionClosedError ? Math.min(error.retryAfter ?? 0, LONGEST_RETRY_AFTER) : 0;
  const chosen = world.waitAfter.get(error);
  const least = chosen === undefined ? Math.max(MIN_DELAY, asked) : Math.max(0, chosen, asked);
  const most = chosen === undefined ? Math.max(MAX_DELAY, asked) : least;
  const clamp = (wait: number) => Math.round(Math.min(wait, LONGEST_DELAY));
  if (delay < clamp(least) || delay > clamp(most)) yield `a wait of ${delay}, expected ${least} to ${most}`;
}

/** How many dials of its count a loss at a time ended; 0 when the connection was stable. */
function dialledBefore(state: ConnectionState, at: number): number {
  if (state.status === 'ready' && Math.abs(at - state.since) >= STABLE_AFTER) return 0;
  return 'attempt' in state ? state.attempt : 0;
}

function* endFaults(previous: ConnectionState, error: DatastreamError, world: WalkWorld): Iterable<string> {
  if (error.code === 'ATTEMPTS_EXHAUSTED') {
    const dialled = 'attempt' in previous ? previous.attempt : 0;
    if (dialled < world.circumstances.maxReconnectAttempts) yield `gave up after ${dialled} dials`;
  } else if (error.code !== 'UNAUTHORIZED' && world.wishAfter.get(error) !== false) yield `gave up after ${error.code}`;
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}
