import { timedOut, type DatastreamError } from './errors';
import { nothing } from './guarded';
import { demand } from './option-error';
import { LONGEST_DELAY, type Clock } from './platform/platform';
import { abortedError, type Signal } from './signal';

/** How long, and until when, a caller is willing to wait. */
export interface WaitOptions {
  /** Takes the call back: it rejects with `ABORTED`. */
  signal?: Signal;
  /** Milliseconds; without it, as long as it takes. */
  timeout?: number;
}

/** Callers that wait until something is due: each is let through or turned away exactly once. */
export interface WaitingRoom {
  /**
   * Resolves with what `pass` returns when it is due; `pass` runs in the order of the calls and before `look` returns.
   *
   * @throws DatastreamError `ABORTED`, `INVALID_OPTION`, the error of an expired wait, or the refusal, as a rejection
   */
  wait<Result>(isDue: () => boolean, pass: () => Result | Promise<Result>, options: WaitOptions): Promise<Result>;
  /** Lets all through of whom it is the turn, or turns all away. */
  look(): void;
}

/** `refusal` gives the error with which everybody is turned away, when there is one; `expired` that of a wait too long. */
export function waitingRoom(
  clock: Clock,
  refusal: () => DatastreamError | undefined,
  expired = (timeout: number) => timedOut('READY_TIMEOUT', 'Not ready', 'timeout', timeout),
): WaitingRoom {
  const looks = new Set<() => void>();
  return {
    look() {
      for (const look of [...looks]) look();
    },
    wait: (isDue, pass, { signal, timeout = Infinity }) =>
      new Promise((resolve, reject) => {
        demand(timeout >= 0, 'timeout', 'milliseconds, 0 or more', timeout);
        let cancel = nothing;
        const release = () => {
          looks.delete(look);
          cancel();
          signal?.removeEventListener('abort', abort);
        };
        const fail = (error: DatastreamError) => {
          release();
          reject(error);
        };
        const abort = () => fail(abortedError(signal));
        const look = () => {
          const error = refusal();
          if (error) return fail(error);
          if (!isDue()) return;
          looks.delete(look);
          cancel();
          Promise.resolve(pass()).then(resolve, fail).finally(release);
        };
        if (signal?.aborted) return abort();
        signal?.addEventListener('abort', abort);
        if (timeout <= LONGEST_DELAY) {
          cancel = clock.after(timeout, () => fail(expired(timeout)));
        }
        looks.add(look);
        look();
      }),
  };
}
