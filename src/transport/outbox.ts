import { deadline } from '../deadline';
import { DatastreamError } from '../errors';
import { Fifo } from '../fifo';
import type { Cancel, Clock } from '../platform/platform';

/** Messages that were accepted and wait to be handed to the network: each is settled exactly once, in order. */
export class Outbox {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #stalled: () => void;
  readonly #waiting = new Fifo<PendingMessage>();
  #cancelDeadline: Cancel | undefined;

  constructor(clock: Clock, timeout: number, stalled: () => void) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#stalled = stalled;
  }

  accept(): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const message = { acceptedAt: this.#clock.now(), resolve, reject };
      this.#waiting.push(message);
      this.#cancelDeadline ??= this.#watch(message, this.#timeout);
    });
  }

  /** The network took the message that has waited longest, or refused it. */
  readonly handed = (error?: Error): void => {
    const message = this.#waiting.shift();
    if (error) message?.reject(closedError(error));
    else message?.resolve();
    if (this.#waiting.length === 0) this.#unwatch();
  };

  /** Rejects all that still wait: the connection ended first. */
  fail(): void {
    this.#unwatch();
    for (let message = this.#waiting.shift(); message; message = this.#waiting.shift()) message.reject(closedError());
  }

  /** One timer, for the message that has waited longest; what it has not waited for is the time of the next. */
  #watch(watched: PendingMessage, delay: number): Cancel {
    return deadline(this.#clock, delay, () => {
      this.#cancelDeadline = undefined;
      const oldest = this.#waiting.peek();
      if (oldest === watched) return this.#timeOut(watched);
      if (!oldest) return;
      const left = oldest.acceptedAt + this.#timeout - this.#clock.now();
      // Also when the clock was set meanwhile, the wait is no longer than the timeout.
      this.#cancelDeadline = this.#watch(oldest, Math.min(Math.max(0, left), this.#timeout));
    });
  }

  /** For `watched` and all that were accepted with it; those behind it end with their connection. */
  #timeOut({ acceptedAt }: PendingMessage): void {
    const message = `A message was not handed to the network within writeTimeout (${this.#timeout} ms)`;
    while (this.#waiting.peek()?.acceptedAt === acceptedAt) {
      this.#waiting.shift()?.reject(new DatastreamError('WRITE_TIMEOUT', message, { retryable: true }));
    }
    this.#stalled();
  }

  #unwatch(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
  }
}

interface PendingMessage {
  acceptedAt: number;
  resolve: () => void;
  reject: (error: DatastreamError) => void;
}

function closedError(cause?: Error): DatastreamError {
  return new DatastreamError('CONNECTION_CLOSED', 'The connection ended before the message was sent', {
    retryable: true,
    cause,
  });
}
