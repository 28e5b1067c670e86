import type { DatastreamError } from './errors';

/** What a client is doing, with exactly the data that belongs to it. Times in milliseconds, `At` and `since` since the epoch. */
export type ConnectionState =
  | {
      /** Not started yet. */
      readonly status: 'idle';
    }
  | {
      /** Asks for the key and dials. */
      readonly status: 'connecting';
      /** 1 for the first dial of a count. */
      readonly attempt: number;
    }
  | {
      /** The socket is open; what has to happen before the connection counts as ready runs. */
      readonly status: 'initializing';
      /** The dial that it came of. */
      readonly attempt: number;
    }
  | {
      /** All is well. */
      readonly status: 'ready';
      /** The dial that it came of. */
      readonly attempt: number;
      /** When it became ready. */
      readonly since: number;
    }
  | WaitingState
  | {
      /** Nothing is dialled any more, until `start()`. */
      readonly status: 'closed';
      /** Why, unless the user closed it. */
      readonly error?: DatastreamError;
    };

/** Between two dials: `attempt` is the dial to come, `error` what ended the last connection. */
export interface WaitingState {
  /** Tells it from the other states. */
  readonly status: 'waiting';
  /** The number of the dial to come. */
  readonly attempt: number;
  /** How long the wait is in all, in milliseconds. */
  readonly delay: number;
  /** When it ends, in milliseconds since the epoch. */
  readonly retryAt: number;
  /** What ended the last connection, or the last attempt at one. */
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
  | { readonly type: 'close' };

/** A failed dial or a lost connection. */
interface LossEvent {
  readonly type: 'lost';
  readonly error: DatastreamError;
  readonly at: number;
  /** There is no network to blame the server for. */
  readonly isOffline?: boolean;
  /** The page is put away, and its connection with it. */
  readonly isKept?: boolean;
}

/** The rules that the state machine does not know itself; chance comes in through them. */
export interface RetryPolicy {
  /** How long a connection must have been ready to start a new count, in milliseconds. */
  readonly stableAfter: number;
  /** Starts a new count of attempts. */
  begin(): void;
  /** Judges a loss after `dialled` dials of this count: the wait before the next, or the error that ends the client. */
  judge(loss: DatastreamError, dialled: number): number | DatastreamError;
}

/** The state that follows `state` when `event` happens; the same object when the event means nothing to it. */
export function transition(state: ConnectionState, event: ConnectionEvent, policy: RetryPolicy): ConnectionState {
  const { status } = state;
  switch (event.type) {
    case 'start':
      return status === 'idle' || status === 'closed' ? connectingAnew(policy) : state;
    case 'reconnect':
      return connectingAnew(policy);
    case 'elapsed':
      return status === 'waiting' ? connecting(state.attempt) : state;
    case 'opened':
      return status === 'connecting' ? { ...state, status: 'initializing' } : state;
    case 'ready':
      return status === 'initializing' ? { ...state, status: 'ready', since: event.at } : state;
    case 'lost':
      return status === 'connecting' || isConnected(state) ? afterLoss(state, event, policy) : state;
    case 'offline':
      return status === 'waiting' && !state.paused ? { ...state, paused: 'offline' } : state;
    case 'close':
      return status === 'closed' ? state : { status: 'closed' };
  }
}

function connectingAnew(policy: RetryPolicy): ConnectionState {
  policy.begin();
  return connecting(1);
}

function connecting(attempt: number): ConnectionState {
  return { status: 'connecting', attempt };
}

/** The states in which messages can be sent. */
type ConnectedState = Extract<ConnectionState, { status: 'initializing' | 'ready' }>;

/** Whether messages can be sent. */
export function isConnected(state: ConnectionState): state is ConnectedState {
  return state.status === 'initializing' || state.status === 'ready';
}

function afterLoss(
  state: ConnectedState | Extract<ConnectionState, { status: 'connecting' }>,
  { error, at, isKept, isOffline }: LossEvent,
  policy: RetryPolicy,
): ConnectionState {
  // A clock that was set back must not make a connection that lasted look new.
  const isStable = state.status === 'ready' && Math.abs(at - state.since) >= policy.stableAfter;
  if (isStable) policy.begin();
  // Neither the end of a page nor a dial without a network says anything about the server.
  const counts = !isKept && !(isOffline && state.status === 'connecting');
  const dialled = isStable ? 0 : counts ? state.attempt : state.attempt - 1;
  const verdict = counts ? policy.judge(error, dialled) : 0;
  if (typeof verdict !== 'number') return { status: 'closed', error: verdict };
  const waiting: WaitingState = {
    status: 'waiting',
    attempt: dialled + 1,
    delay: verdict,
    retryAt: at + verdict,
    error,
  };
  return isKept || isOffline ? { ...waiting, paused: 'offline' } : waiting;
}
