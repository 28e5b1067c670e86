import type { BackoffContext } from './backoff';
import { ConnectionClosedError, DatastreamError, settleRetryable } from './errors';
import { LONGEST_DELAY } from './option-rules';
import type { RetryPolicy, Verdict } from './state';

/** The longest a server may ask a client to wait (`Retry-After`), in milliseconds. */
const LONGEST_RETRY_AFTER = 5 * 60_000;

/** The part of the settings that says whether and when to dial again. */
export interface RetrySettings {
  readonly maxReconnectAttempts: number;
  readonly minReconnectDelay: number;
  readonly maxReconnectDelay: number;
  readonly stableAfter: number;
  /** Whether the key can be asked for again, since a function gives it. */
  readonly renewsKey: boolean;
  readonly backoff: (attempt: number, context: BackoffContext) => number;
  readonly shouldReconnect?: (loss: DatastreamError, attempt: number) => boolean | undefined;
}

/** Decides what follows a loss: how long to wait, how often to try, when to stop. */
export class Retry implements RetryPolicy {
  readonly stableAfter: number;
  readonly #settings: RetrySettings;
  readonly #random: () => number;
  readonly #hookFailed: (error: DatastreamError) => void;
  #phase = 0;
  #waits = 0;
  #keyRenewed = false;

  /** `hookFailed` hears of a `shouldReconnect` or a `backoff` that throws; the default rule holds then. */
  constructor(settings: RetrySettings, random: () => number, hookFailed: (error: DatastreamError) => void) {
    this.stableAfter = settings.stableAfter;
    this.#settings = settings;
    this.#random = random;
    this.#hookFailed = hookFailed;
  }

  /** Starts a new count of attempts, with a place of its own in the windows of the backoff. */
  begin(): void {
    this.#phase = this.#random();
    this.#waits = 0;
    this.#keyRenewed = false;
  }

  judge(loss: DatastreamError, dialled: number): Verdict {
    if (dialled === 0) this.begin();
    const retry = this.#wantsRetry(loss, dialled + 1);
    settleRetryable(loss, retry);
    if (!retry) return { retry, error: loss };
    // As in the Go client, 0 and 1 both mean a single dial.
    const limit = Math.max(1, this.#settings.maxReconnectAttempts);
    if (dialled >= limit) return { retry: false, error: exhausted(loss, dialled) };
    return { retry, delay: this.#delay(loss) };
  }

  #wantsRetry(loss: DatastreamError, attempt: number): boolean {
    const { shouldReconnect } = this.#settings;
    const wish = shouldReconnect && this.#guarded('shouldReconnect', () => shouldReconnect(loss, attempt));
    return wish ?? this.#wantsRetryByDefault(loss);
  }

  #wantsRetryByDefault(loss: DatastreamError): boolean {
    if (loss.code !== 'UNAUTHORIZED') return true;
    if (!this.#settings.renewsKey || this.#keyRenewed) return false;
    this.#keyRenewed = true;
    return true;
  }

  #delay(loss: DatastreamError): number {
    const { backoff, minReconnectDelay: min, maxReconnectDelay: max } = this.#settings;
    const wait = ++this.#waits;
    const context = { phase: this.#phase, min, max };
    const chosen = this.#guarded('backoff', () => backoff(wait, context)) ?? max;
    const asked = loss instanceof ConnectionClosedError ? (loss.retryAfter ?? 0) : 0;
    const delay = Math.max(0, Number.isNaN(chosen) ? max : chosen, Math.min(asked, LONGEST_RETRY_AFTER));
    return Math.round(Math.min(delay, LONGEST_DELAY));
  }

  #guarded<Result>(hook: string, call: () => Result): Result | undefined {
    try {
      return call();
    } catch (cause) {
      this.#hookFailed(new DatastreamError('HANDLER_FAILED', `Option "${hook}" threw`, { cause, retryable: true }));
      return undefined;
    }
  }
}

function exhausted(cause: DatastreamError, attempts: number): DatastreamError {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts in a row`;
  return new DatastreamError('ATTEMPTS_EXHAUSTED', `Gave up after ${tries}: ${cause.message}`, { cause });
}
