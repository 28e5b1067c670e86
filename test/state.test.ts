import { DatastreamError } from '../src/errors';
import {
  isConnected,
  transition,
  type ConnectionEvent,
  type ConnectionState,
  type RetryPolicy,
  type WaitingState,
} from '../src/state';

const loss = new DatastreamError('CONNECTION_CLOSED', 'lost');
const end = new DatastreamError('ATTEMPTS_EXHAUSTED', 'the end');

const IDLE: ConnectionState = { status: 'idle' };
const CONNECTING: ConnectionState = { status: 'connecting', attempt: 3 };
const INITIALIZING: ConnectionState = { status: 'initializing', attempt: 3 };
const READY: ConnectionState = { status: 'ready', attempt: 3, since: 10_000 };
const WAITING: WaitingState = { status: 'waiting', attempt: 4, delay: 50, retryAt: 60, error: loss };
const CLOSED: ConnectionState = { status: 'closed', error: end };
const ALL = [IDLE, CONNECTING, INITIALIZING, READY, WAITING, CLOSED];

const FIRST: ConnectionState = { status: 'connecting', attempt: 1 };
const NOW = 12_000;

function policy(verdict: number | DatastreamError = 70, stableAfter = 5_000) {
  const judged: [DatastreamError, number][] = [];
  let begun = 0;
  const rules: RetryPolicy = {
    stableAfter,
    begin: () => begun++,
    judge: (error, dialled) => {
      judged.push([error, dialled]);
      return verdict;
    },
  };
  return { rules, judged, begun: () => begun };
}

const after = (state: ConnectionState, event: ConnectionEvent) => transition(state, event, policy().rules);

describe.each<[ConnectionEvent, Partial<Record<ConnectionState['status'], ConnectionState>>]>([
  [{ type: 'start' }, { idle: FIRST, closed: FIRST }],
  [
    { type: 'reconnect' },
    { idle: FIRST, connecting: FIRST, initializing: FIRST, ready: FIRST, waiting: FIRST, closed: FIRST },
  ],
  [{ type: 'elapsed' }, { waiting: { status: 'connecting', attempt: 4 } }],
  [{ type: 'opened' }, { connecting: { status: 'initializing', attempt: 3 } }],
  [{ type: 'ready', at: 77 }, { initializing: { status: 'ready', attempt: 3, since: 77 } }],
  [
    { type: 'lost', error: loss, at: NOW },
    {
      connecting: { status: 'waiting', attempt: 4, delay: 70, retryAt: NOW + 70, error: loss },
      initializing: { status: 'waiting', attempt: 4, delay: 70, retryAt: NOW + 70, error: loss },
      ready: { status: 'waiting', attempt: 4, delay: 70, retryAt: NOW + 70, error: loss },
    },
  ],
  [{ type: 'offline' }, { waiting: { ...WAITING, paused: 'offline' } }],
  [
    { type: 'lost', error: loss, at: NOW, isOffline: true },
    {
      connecting: { status: 'waiting', attempt: 3, delay: 0, retryAt: NOW, error: loss, paused: 'offline' },
      initializing: { status: 'waiting', attempt: 4, delay: 70, retryAt: NOW + 70, error: loss, paused: 'offline' },
      ready: { status: 'waiting', attempt: 4, delay: 70, retryAt: NOW + 70, error: loss, paused: 'offline' },
    },
  ],
  [
    { type: 'lost', error: loss, at: NOW, isKept: true },
    {
      connecting: { status: 'waiting', attempt: 3, delay: 0, retryAt: NOW, error: loss, paused: 'offline' },
      initializing: { status: 'waiting', attempt: 3, delay: 0, retryAt: NOW, error: loss, paused: 'offline' },
      ready: { status: 'waiting', attempt: 3, delay: 0, retryAt: NOW, error: loss, paused: 'offline' },
    },
  ],
  [
    { type: 'close' },
    {
      idle: { status: 'closed' },
      connecting: { status: 'closed' },
      initializing: { status: 'closed' },
      ready: { status: 'closed' },
      waiting: { status: 'closed' },
    },
  ],
])('%j', (event, changes) => {
  test.each(ALL.filter(({ status }) => changes[status]))('leads from $status to its successor', (state) => {
    expect(after(state, event)).toStrictEqual(changes[state.status]);
  });

  test('means nothing to the other states', () => {
    for (const state of ALL.filter(({ status }) => !changes[status])) expect(after(state, event)).toBe(state);
  });
});

test('a reconnect of a first attempt is another attempt, not the same', () => {
  expect(after(FIRST, { type: 'reconnect' })).not.toBe(FIRST);
});

test.each([
  // ready since 10 000, stable after 5 000
  ['one millisecond short of stable', 14_999, 3],
  ['exactly stable', 15_000, 0],
  ['long stable', 99_000, 0],
])('a connection that was %s is judged after its dials', (_, at, dialled) => {
  const { rules, judged } = policy();
  transition(READY, { type: 'lost', error: loss, at }, rules);
  expect(judged).toEqual([[loss, dialled]]);
});

test('the loss of a stable connection starts a new count', () => {
  expect(after(READY, { type: 'lost', error: loss, at: 99_000 })).toMatchObject({ status: 'waiting', attempt: 1 });
});

test('a connection that was open but never ready is not stable, however long it lasted', () => {
  const { rules, judged } = policy(undefined, 0);
  transition(INITIALIZING, { type: 'lost', error: loss, at: 99_000 }, rules);
  expect(judged).toEqual([[loss, 3]]);
});

test('a verdict against another dial closes with its error', () => {
  const { rules } = policy(end);
  expect(transition(READY, { type: 'lost', error: loss, at: NOW }, rules)).toStrictEqual({
    status: 'closed',
    error: end,
  });
});

test('a wait that is paused is not paused again', () => {
  const paused: ConnectionState = { ...WAITING, paused: 'offline' };
  expect(after(paused, { type: 'offline' })).toBe(paused);
});

test('putting away a stable connection starts a new count, and judges nothing', () => {
  const { rules, judged } = policy();
  expect(transition(READY, { type: 'lost', error: loss, at: 99_000, isKept: true }, rules)).toMatchObject({
    attempt: 1,
  });
  expect(judged).toEqual([]);
});

test('a dial that fails without a network is not judged', () => {
  const { rules, judged } = policy();
  transition(CONNECTING, { type: 'lost', error: loss, at: NOW, isOffline: true }, rules);
  expect(judged).toEqual([]);
});

test.each(ALL)('$status is connected only when messages can be sent', (state) => {
  expect(isConnected(state)).toBe(state.status === 'initializing' || state.status === 'ready');
});

test.each<[string, ConnectionState, ConnectionEvent, number]>([
  ['a start', IDLE, { type: 'start' }, 1],
  ['a start that means nothing', READY, { type: 'start' }, 0],
  ['a reconnect', READY, { type: 'reconnect' }, 1],
  ['the end of a wait', WAITING, { type: 'elapsed' }, 0],
  ['the loss of a stable connection', READY, { type: 'lost', error: loss, at: 99_000 }, 1],
  ['the loss of another', READY, { type: 'lost', error: loss, at: NOW }, 0],
  ['putting a stable connection away', READY, { type: 'lost', error: loss, at: 99_000, isKept: true }, 1],
])('%s begins a new count or does not', (_, state, event, counts) => {
  const { rules, begun } = policy();
  transition(state, event, rules);
  expect(begun()).toBe(counts);
});
