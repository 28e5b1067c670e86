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
  /** The wait stands still: the platform says that there is no network. */
  readonly paused?: 'offline';
}

/** What can happen to a connection; time comes in as data. */
export type ConnectionEvent =
  | { readonly type: 'start' }
  | { readonly type: 'reconnect' }
  | { readonly type: 'elapsed' }
  | { readonly type: 'opened' }
  | { readonly type: 'ready'; readonly at: number }
  | { readonly type: 'lost'; readonly error: DatastreamError; readonly at: number }
  | { readonly type: 'close' };

/** What follows a loss: another dial after a wait, or the end. */
export type Verdict =
  { readonly retry: true; readonly delay: number } | { readonly retry: false; readonly error: DatastreamError };

/** The rules that the state machine does not know itself; chance comes in through them. */
export interface RetryPolicy {
  /** How long a connection must have been ready to start a new count, in milliseconds. */
  readonly stableAfter: number;
  /** Judges a loss after `dialled` dials of this count, 0 when the lost connection was stable. */
  judge(loss: DatastreamError, dialled: number, at: number): Verdict;
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
      return afterLoss(state, event.error, event.at, policy);
    case 'close':
      return state.status === 'closed' ? state : { status: 'closed' };
  }
}

function afterLoss(state: ConnectionState, error: DatastreamError, at: number, policy: RetryPolicy): ConnectionState {
  if (!isDialled(state)) return state;
  const stable = state.status === 'ready' && at - state.since >= policy.stableAfter;
  const dialled = stable ? 0 : state.attempt;
  const verdict = policy.judge(error, dialled, at);
  if (!verdict.retry) return { status: 'closed', error: verdict.error };
  return { status: 'waiting', attempt: dialled + 1, delay: verdict.delay, retryAt: at + verdict.delay, error };
}

/** Whether there is a connection, or an attempt at one, that can be lost. */
function isDialled(
  state: ConnectionState,
): state is Extract<ConnectionState, { status: 'connecting' | 'initializing' | 'ready' }> {
  return state.status === 'connecting' || state.status === 'initializing' || state.status === 'ready';
}

/** Whether messages can be sent. */
export function isConnected(state: ConnectionState): boolean {
  return state.status === 'initializing' || state.status === 'ready';
}
