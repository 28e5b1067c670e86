import { describe } from './errors';
import type { LogLevel } from './log';
import type { ConnectionState } from './state';

/** The one line that a log shows for a state; `url` is the one that is dialled, without its query. */
export function describeState(state: ConnectionState, url: string): [level: LogLevel, line: string] {
  if (state.status === 'waiting') {
    const when = state.paused ?? `in ${state.delay / 1_000} s`;
    return ['warn', `${describe(state.error)}; attempt ${state.attempt} ${when}`];
  }
  if ('attempt' in state) {
    return [state.status === 'ready' ? 'info' : 'debug', `${state.status}: ${url} (attempt ${state.attempt})`];
  }
  return 'error' in state && state.error ? ['error', `closed: ${describe(state.error)}`] : ['info', state.status];
}
