import { describe, goesOn, type DatastreamError } from './errors';
import { errorReader, type ErrorReader } from './error-stream';
import type { DatastreamEvents } from './events';
import { guarded, nothing } from './guarded';
import { isolated, type Emitter, type Listeners } from './listeners';
import { logTo, type Log, type Logger } from './log';
import { printable } from './printable';
import { describeState } from './state-line';
import type { ConnectionState } from './state';

/** Tells listeners, readers of errors and the log what happened, in the order in which it happened. */
export interface Announcer<Message> {
  readonly listeners: Listeners<DatastreamEvents<Message>>;
  readonly log: Log;
  /** Acts on a change of state, and then tells of it and of the loss that led to it. */
  change(state: ConnectionState, loss: DatastreamError | undefined, act: () => void): void;
  /** Tells of an error that changes no state. */
  readonly error: (error: DatastreamError) => void;
  /** The errors that follow `state`, for one reader. */
  read(state: ConnectionState): AsyncIterableIterator<DatastreamError>;
}

/** `url` stands in the log; `report` is told what nobody else would hear. */
export function announcer<Message>(
  emitter: Emitter<DatastreamEvents<Message>>,
  url: string,
  logger: Logger | undefined,
  report: (line: string) => void,
): Announcer<Message> {
  /** For errors that happen now. What is queued goes to those that were there when it happened. */
  let readers = new Set<ErrorReader>();
  const queue: (() => void)[] = [];
  let isBusy = false;
  const log = logTo(logger);
  const listeners = isolated(emitter, (type, cause) =>
    // A listener of errors that fails would be told of its own failure, for ever.
    announceError(goesOn('LISTENER_FAILED', `A listener of "${type}" failed`, cause), type !== 'error'),
  );

  const tell = (error: DatastreamError, heardBy: Set<ErrorReader>, mayBeHeard = true) => {
    const isHeard = mayBeHeard && listeners.has('error');
    // What nobody listens to must not go unnoticed: the end, HANDLER_FAILED, LISTENER_FAILED.
    if (!isHeard && !logger && (!error.retryable || /^[HL]/.test(error.code))) {
      guarded(nothing, report, `schematic-datastream-ws: ${printable(describe(error))}`);
    }
    for (const reader of heardBy) reader.push(error);
    if (isHeard) listeners.emit('error', error);
  };

  /** Announces what `act` queues, unless that is under way: then it follows, and nobody hears things out of order. */
  const announceAfter = (act: () => void) => {
    const isOutermost = !isBusy;
    isBusy = true;
    try {
      act();
    } finally {
      if (isOutermost) {
        for (const announce of queue) announce();
        queue.length = 0;
        isBusy = false;
      }
    }
  };

  const announceError = (error: DatastreamError, mayBeHeard?: boolean) => {
    const heardBy = readers;
    queue.push(() => {
      log('error', describe(error));
      tell(error, heardBy, mayBeHeard);
    });
    announceAfter(nothing);
  };

  return {
    listeners,
    log,
    error: announceError,
    change(state, loss, act) {
      const heardBy = readers;
      const isEnd = state.status === 'closed';
      if (isEnd) readers = new Set();
      queue.push(() => {
        for (const error of new Set([loss, isEnd ? state.error : undefined])) if (error) tell(error, heardBy);
        log(...describeState(state, url));
        listeners.emit('state', state);
        listeners.emit(state.status, state);
        if (isEnd) for (const reader of heardBy) reader.end();
      });
      announceAfter(act);
    },
    read(state) {
      const reader = errorReader(() => readers.delete(reader));
      readers.add(reader);
      if (state.status === 'closed') {
        if (state.error) reader.push(state.error);
        reader.end();
      }
      return reader.items;
    },
  };
}
