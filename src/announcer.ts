import { DatastreamError } from './errors';
import { ErrorStream } from './error-stream';
import type { DatastreamEvents } from './events';
import { Listeners, type Emitter } from './listeners';
import type { Log } from './log';
import type { Platform } from './platform/platform';
import { printable } from './printable';
import { describeState } from './state-line';
import type { ConnectionState } from './state';

/** Tells listeners, readers of errors and the log what happened, in the order in which it happened. */
export class Announcer<Message> {
  readonly listeners: Listeners<DatastreamEvents<Message>>;
  /** For readers that come now. What is queued goes to those that were there when it happened. */
  errors = new ErrorStream();
  readonly #url: string;
  readonly #log: Log;
  readonly #lastResort: Pick<Platform, 'report'> | undefined;
  readonly #queue: (() => void)[] = [];
  #isAnnouncing = false;

  /** `url` stands in the log; `lastResort` is told what nobody else would hear. */
  constructor(
    emitter: Emitter<DatastreamEvents<Message>>,
    url: string,
    log: Log,
    lastResort?: Pick<Platform, 'report'>,
  ) {
    this.#url = url;
    this.#log = log;
    this.#lastResort = lastResort;
    this.listeners = new Listeners(emitter, (type, cause) => this.#listenerFailed(type, cause));
  }

  /** Queues a change of state, and the loss that led to it. */
  change(state: ConnectionState, loss: DatastreamError | undefined): void {
    const { errors } = this;
    const isEnd = state.status === 'closed';
    if (isEnd) this.errors = new ErrorStream();
    this.#queue.push(() => {
      const terminal = isEnd ? state.error : undefined;
      if (loss && loss !== terminal) this.#tell(loss, errors);
      if (terminal) this.#tellLoudly(terminal, errors);
      this.#log(...describeState(state, this.#url));
      this.listeners.emit('state', state);
      this.listeners.emit(state.status, state);
      if (isEnd) errors.end();
    });
  }

  /** Queues an error that changes no state. */
  error(error: DatastreamError): void {
    const { errors } = this;
    this.#queue.push(() => {
      this.#logError(error);
      if (error.code === 'MALFORMED_MESSAGE') this.#tell(error, errors);
      else this.#tellLoudly(error, errors);
    });
  }

  /** Announces what is queued, unless that is under way: then it follows, and nobody hears things out of order. */
  announce(): void {
    if (this.#isAnnouncing) return;
    this.#isAnnouncing = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next();
    } finally {
      this.#isAnnouncing = false;
    }
  }

  /** Tells of a message now: messages are in order already. */
  message(message: Message, mayHear: () => boolean): void {
    if (this.listeners.has('message')) this.listeners.emit('message', message, mayHear);
  }

  #tell(error: DatastreamError, errors: ErrorStream): void {
    errors.push(error);
    this.listeners.emit('error', error);
  }

  /** An error that nobody listens to must not go unnoticed. */
  #tellLoudly(error: DatastreamError, errors: ErrorStream): void {
    if (!this.listeners.has('error')) this.#reportToLastResort(error);
    this.#tell(error, errors);
  }

  #listenerFailed(type: string, cause: unknown): void {
    const error = new DatastreamError('LISTENER_FAILED', `A listener of "${type}" failed`, { cause, retryable: true });
    // A listener of errors that fails would be told of its own failure, for ever.
    if (type === 'error') {
      this.#logError(error);
      this.errors.push(error);
      return this.#reportToLastResort(error);
    }
    this.error(error);
    this.announce();
  }

  #logError({ code, message }: DatastreamError): void {
    this.#log('error', `${code}: ${message}`);
  }

  #reportToLastResort({ code, message }: DatastreamError): void {
    this.#lastResort?.report(`schematic-datastream-ws: ${code}: ${printable(message)}`);
  }
}
