import { deadline } from '../deadline';
import { DatastreamError } from '../errors';
import type { Cancel, Clock } from '../platform/platform';

/** Messages that were accepted and wait to be handed to the network: each is settled exactly once. */
export class Outbox {
  readonly #clock: Clock;
  readonly #timeout: number;
  readonly #stalled: () => void;
  /** In the order in which they were accepted. */
  readonly #waiting = new Set<PendingMessage>();
  #cancelDeadline: Cancel | undefined;

  constructor(clock: Clock, timeout: number, stalled: () => void) {
    this.#clock = clock;
    this.#timeout = timeout;
    this.#stalled = stalled;
  }

  /** Sends a message; `send` calls back once the network has taken it, or refused it. */
  accept(send: (handed: (error?: Error) => void) => void): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const message = { acceptedAt: this.#clock.now(), reject };
      const handed = (error?: Error) => {
        this.#remove(message);
        if (error) reject(closedError(error));
        else resolve();
      };
      this.#waiting.add(message);
      this.#cancelDeadline ??= this.#watch(message, this.#timeout);
      try {
        send(handed);
      } catch (error) {
        handed(error as Error);
      }
    });
  }

  /** Rejects all that still wait: the connection ended first. */
  fail(): void {
    for (const message of this.#waiting) message.reject(closedError());
    this.#waiting.clear();
    this.#unwatch();
  }

  #remove(message: PendingMessage): void {
    this.#waiting.delete(message);
    if (this.#waiting.size === 0) this.#unwatch();
  }

  get #oldest(): PendingMessage | undefined {
    return this.#waiting.values().next().value;
  }

  /** One timer, for the message that has waited longest; what it has not waited for is the time of the next. */
  #watch(watched: PendingMessage, delay: number): Cancel {
    return deadline(this.#clock, delay, () => {
      this.#cancelDeadline = undefined;
      const oldest = this.#oldest;
      if (!oldest || oldest === watched) return this.#timeOut(watched.acceptedAt);
      const left = oldest.acceptedAt + this.#timeout - this.#clock.now();
      // Also when the clock was set meanwhile, the wait is no longer than the timeout.
      this.#cancelDeadline = this.#watch(oldest, Math.min(Math.max(0, left), this.#timeout));
    });
  }

  /** For all that were accepted at one time; those behind them end with their connection. */
  #timeOut(acceptedAt: number): void {
    const text = `A message was not handed to the network within writeTimeout (${this.#timeout} ms)`;
    for (const message of this.#waiting) {
      if (message.acceptedAt !== acceptedAt) break;
      this.#waiting.delete(message);
      message.reject(new DatastreamError('WRITE_TIMEOUT', text, { retryable: true }));
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
  reject: (error: DatastreamError) => void;
}

function closedError(cause?: Error): DatastreamError {
  return new DatastreamError('CONNECTION_CLOSED', 'The connection ended before the message was sent', {
    retryable: true,
    cause,
  });
}
