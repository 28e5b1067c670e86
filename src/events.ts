import type { DatastreamError } from './errors';
import type { DatastreamMessage } from './messages';
import type { ConnectionState } from './state';

/** What `on` and `once` can listen to; each status by its own name too. */
export type DatastreamEvents<Message = DatastreamMessage> = {
  /** Every change of state. */
  state: ConnectionState;
  /** A message, after the messageHandler was called with it. */
  message: Message;
  /** What went wrong; the client has already dealt with it. */
  error: DatastreamError;
} & { [Status in ConnectionState['status']]: Extract<ConnectionState, { status: Status }> };
