import type { DatastreamError } from '../errors';
import type { DatastreamMessage, DatastreamRequest } from '../messages';
import type { Clock } from '../platform/platform';
import type { StoreChange } from './change';
import type { Cursor } from './cursor';
import type { Population } from './population';

/** What a source of entities depends on. */
export interface SourceSettings<Change = StoreChange> {
  readonly clock: Clock;
  readonly requestTimeout: number;
  readonly pageSize: number | undefined;
  /** Sends a request; says whether it could. */
  readonly send: (request: DatastreamRequest['data']) => boolean;
  readonly changed: (change: Change) => void;
  /** Something was decided outside of a message. */
  readonly settled: () => void;
}

/** What brings entities in: asks for them on each connection, applies what comes, and knows what may have changed unseen. */
export interface Source<Entity extends object> {
  readonly population: Population<Entity>;
  readonly cursor: Cursor;
  /** The entity types of the messages that are for it. */
  readonly types: readonly unknown[];
  /** Whether nothing that is held can have changed unseen. */
  readonly isFresh: () => boolean;
  /** @throws DatastreamError `MALFORMED_MESSAGE` */
  readonly apply: (message: DatastreamMessage) => void;
  /** The server knows nothing by these keys. An error about flags answers nothing: only the set of them does. */
  readonly refuse?: (keys: unknown) => void;
  /** Asks for all that may have changed unseen, and for what could not be asked so far. */
  readonly ask: () => void;
  /** All that is held may have changed unseen. */
  readonly doubt: () => void;
  /** As `doubt`, and asks: but not for what is still to be answered, since that answer will be news. */
  readonly reload: () => void;
  /** The connection has ended, and what was asked on it; or, at the end of it all, whatever was asked. */
  readonly lose?: (error: DatastreamError, isEnd: boolean) => void;
}
