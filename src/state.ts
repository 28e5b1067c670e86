import type { DatastreamError } from './errors';

/** What a client is doing, with exactly the data that belongs to it. Times in milliseconds, `At` and `since` since the epoch. */
export type ConnectionState =
  | { readonly status: 'idle' }
  /** Asks for the key and dials; `attempt` is 1 for the first dial of a count. */
  | { readonly status: 'connecting'; readonly attempt: number }
  /** The socket is open; what has to happen before the connection counts as ready runs. */
  | { readonly status: 'initializing'; readonly attempt: number }
  | { readonly status: 'ready'; readonly attempt: number; readonly since: number }
  | WaitingState
  /** `error` says why, unless the user closed it. */
  | { readonly status: 'closed'; readonly error?: DatastreamError };

/** Between two dials: `attempt` is the dial to come, `error` what ended the last connection. */
export interface WaitingState {
  readonly status: 'waiting';
  readonly attempt: number;
  readonly delay: number;
  readonly retryAt: number;
  readonly error: DatastreamError;
  /** The wait stands still: there is no network, or the page has been put away. */
  readonly paused?: 'offline';
}

/** What can happen to a connection; time comes in as data. */
export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'reconnect' }
  /** The wait is over, or need not go on. */
  | { readonly type: 'elapsed' }
  | { readonly type: 'opened' }
  | { readonly type: 'ready'; readonly at: number }
  | LossEvent
  | { readonly type: 'offline' }
  /** The page is put away, and its connection with it. */
  | { readonly type: 'kept'; readonly error: DatastreamError; readonly at: number }
  | { readonly type: 'close' };

/** A failed dial or a lost connection; `isOffline` when there is no network to blame the server for. */
interface LossEvent {
  readonly type: 'lost';
  readonly error: DatastreamError;
  readonly at: number;
  readonly isOffline?: boolean;
}

/** What follows a loss: another dial after a wait, or the end. */
export type Verdict =
  { readonly retry: true; readonly delay: number } | { readonly retry: false; readonly error: DatastreamError };

/** The rules that the state machine does not know itself; chance comes in through them. */
export interface RetryPolicy {
  /** How long a connection must have been ready to start a new count, in milliseconds. */
  readonly stableAfter: number;
  /** Judges a loss after `dialled` dials of this count, 0 when the lost connection was stable. */
  judge(loss: DatastreamError, dialled: number): Verdict;
}

/** The state that follows `state` when `event` happens; the same object when the event means nothing to it. */
export function transition(state: ConnectionState, event: ConnectionEvent, policy: RetryPolicy): ConnectionState {
  switch (event.type) {
    case 'start':
      return state.status === 'idle' || state.status === 'closed' ? { status: 'connecting', attempt: 1 } : state;
    case 'reconnect':
      return { status: 'connecting', attempt: 1 };
    case 'elapsed':
      return state.status === 'waiting' ? { status: 'connecting', attempt: state.attempt } : state;
    case 'opened':
      return state.status === 'connecting' ? { status: 'initializing', attempt: state.attempt } : state;
    case 'ready':
      return state.status === 'initializing' ? { status: 'ready', attempt: state.attempt, since: event.at } : state;
    case 'lost':
      return isDialled(state) ? afterLoss(state, event, policy) : state;
    case 'offline':
      return state.status === 'waiting' && !state.paused ? { ...state, paused: 'offline' } : state;
    case 'kept':
      return isDialled(state) ? pausedAt(isStable(state, event.at, policy) ? 1 : state.attempt, event) : state;
    case 'close':
      return state.status === 'closed' ? state : { status: 'closed' };
  }
}

/** The states in which there is a connection, or an attempt at one, that can be lost. */
type DialledState = Extract<ConnectionState, { status: 'connecting' | 'initializing' | 'ready' }>;

function isDialled(state: ConnectionState): state is DialledState {
  return state.status === 'connecting' || state.status === 'initializing' || state.status === 'ready';
}

function isStable(state: DialledState, at: number, { stableAfter }: RetryPolicy): boolean {
  // A clock that was set back must not make a connection that lasted look new.
  return state.status === 'ready' && Math.abs(at - state.since) >= stableAfter;
}

function afterLoss(state: DialledState, event: LossEvent, policy: RetryPolicy): ConnectionState {
  // A dial without a network says nothing about the server, and does not count.
  if (event.isOffline && state.status === 'connecting') return pausedAt(state.attempt, event);
  const { error, at } = event;
  const dialled = isStable(state, at, policy) ? 0 : state.attempt;
  const verdict = policy.judge(error, dialled);
  if (!verdict.retry) return { status: 'closed', error: verdict.error };
  const { delay } = verdict;
  const waiting: WaitingState = { status: 'waiting', attempt: dialled + 1, delay, retryAt: at + delay, error };
  return event.isOffline ? { ...waiting, paused: 'offline' } : waiting;
}

/** Waits without a time for dial number `attempt`. */
function pausedAt(attempt: number, { error, at }: { error: DatastreamError; at: number }): WaitingState {
  return { status: 'waiting', attempt, delay: 0, retryAt: at, error, paused: 'offline' };
}

/** Whether messages can be sent. */
export function isConnected(state: ConnectionState): boolean {
  return state.status === 'initializing' || state.status === 'ready';
}
