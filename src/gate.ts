import { DatastreamError } from './errors';
import { demand } from './option-error';
import { LONGEST_DELAY, type Cancel, type Clock } from './platform/platform';
import { abortedError, type Signal } from './signal';

/** How long, and until when, a caller is willing to wait. */
export interface WaitOptions {
  signal?: Signal;
  /** Milliseconds; without it, as long as it takes. */
  timeout?: number;
}

/** Callers that wait for one thing: each is let through or turned away exactly once. */
export class Gate {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiter>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves with what `pass` returns when the gate opens; `pass` runs in the order of the calls and before `open`
   * returns.
   *
   * @throws DatastreamError `ABORTED`, `READY_TIMEOUT`, `INVALID_OPTION`, or what `fail` is called with, as a rejection
   */
  wait<Result>(pass: () => Result | Promise<Result>, { signal, timeout }: WaitOptions = {}): Promise<Result> {
    if (signal?.aborted) return Promise.reject(abortedError(signal));
    // NaN is none either.
    return new Promise<Result>((resolve, reject) => {
      demand(timeout === undefined || timeout >= 0, 'timeout', 'a number of milliseconds, 0 or more', timeout);
      const abort = signal && (() => settle(() => reject(abortedError(signal))));
      const cancelTimeout =
        timeout === undefined || timeout > LONGEST_DELAY
          ? undefined
          : this.#expire(timeout, (error) => settle(() => reject(error)));
      const settle = (answer: () => void) => {
        this.#waiting.delete(waiter);
        cancelTimeout?.();
        if (abort) signal.removeEventListener('abort', abort);
        answer();
      };
      const waiter = {
        pass: () => settle(() => resolve(pass())),
        fail: (error: DatastreamError) => settle(() => reject(error)),
      };
      if (abort) signal.addEventListener('abort', abort);
      this.#waiting.add(waiter);
    });
  }

  /** Lets all through that wait now. */
  open(): void {
    for (const waiter of [...this.#waiting]) waiter.pass();
  }

  /** Turns all away that wait now. */
  fail(error: DatastreamError): void {
    for (const waiter of [...this.#waiting]) waiter.fail(error);
  }

  #expire(timeout: number, expired: (error: DatastreamError) => void): Cancel {
    return this.#clock.after(timeout, () =>
      expired(new DatastreamError('READY_TIMEOUT', `Not ready within ${timeout} ms`)),
    );
  }
}

interface Waiter {
  pass(): void;
  fail(error: DatastreamError): void;
}
