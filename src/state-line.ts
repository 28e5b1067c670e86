import { describe } from './errors';
import type { LogLevel } from './log';
import type { ConnectionState } from './state';

/** The one line that a log shows for a state; `url` is the one that is dialled, without its query. */
export function describeState(state: ConnectionState, url: string): [level: LogLevel, line: string] {
  switch (state.status) {
    case 'waiting': {
      const { attempt, delay, error, paused } = state;
      const when = paused ? `as soon as there is a network (${paused})` : `in ${(delay / 1_000).toFixed(1)} s`;
      return ['warn', `${describe(error)}; attempt ${attempt} ${when}`];
    }
    case 'closed':
    case 'idle':
      return 'error' in state && state.error ? ['error', `closed: ${describe(state.error)}`] : ['info', state.status];
    default:
      return [state.status === 'ready' ? 'info' : 'debug', `${state.status}: ${url} (attempt ${state.attempt})`];
  }
}
