import type { LogLevel } from './log';
import type { ConnectionState } from './state';

/** The one line that a log shows for a state; `url` is the one that is dialled, without its query. */
export function describeState(state: ConnectionState, url: string): [level: LogLevel, line: string] {
  switch (state.status) {
    case 'idle':
      return ['debug', 'idle'];
    case 'connecting':
      return ['debug', `connecting to ${url} (attempt ${state.attempt})`];
    case 'initializing':
      return ['debug', 'connected, getting ready'];
    case 'ready':
      return ['info', `ready on ${url} (attempt ${state.attempt})`];
    case 'waiting': {
      const { attempt, delay, error, paused } = state;
      const when = paused ? `as soon as there is a network (${paused})` : `in ${(delay / 1_000).toFixed(1)} s`;
      return ['warn', `${error.code}: ${error.message}; attempt ${attempt} ${when}`];
    }
    case 'closed':
      return state.error ? ['error', `closed: ${state.error.code}: ${state.error.message}`] : ['info', 'closed'];
  }
}
