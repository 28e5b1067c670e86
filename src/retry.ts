import { backoff, type BackoffContext } from './backoff';
import { ConnectionClosedError, DatastreamError, settleRetryable } from './errors';
import { LONGEST_DELAY } from './platform/platform';
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
  #count: Count = { phase: 0, waits: 0, keyRenewed: false };

  /** `hookFailed` hears of a `shouldReconnect` or a `backoff` that throws; the default rule holds then. */
  constructor(settings: RetrySettings, random: () => number, hookFailed: (error: DatastreamError) => void) {
    this.stableAfter = settings.stableAfter;
    this.#settings = settings;
    this.#random = random;
    this.#hookFailed = hookFailed;
  }

  /** Starts a new count of attempts, with a place of its own in the windows of the backoff. */
  begin(): void {
    this.#count = { phase: this.#random(), waits: 0, keyRenewed: false };
  }

  judge(loss: DatastreamError, dialled: number): Verdict {
    if (dialled === 0) this.begin();
    // A hook may start another count, which this loss does not belong to.
    const count = this.#count;
    const { shouldReconnect, maxReconnectAttempts } = this.#settings;
    const wish = shouldReconnect && this.#guarded('shouldReconnect', () => shouldReconnect(loss, dialled + 1));
    const retry = wish ?? this.#isRetryable(loss, count);
    settleRetryable(loss, retry);
    if (!retry) return { retry, error: loss };
    // As in the Go client, 0 and 1 both mean a single dial.
    const isExhausted = dialled >= Math.max(1, maxReconnectAttempts);
    if (isExhausted && wish !== true) return { retry: false, error: exhausted(loss, dialled) };
    return { retry, delay: this.#delay(loss, count) };
  }

  /** The default rule: all but a rejected key, and that too once, when another can be had. */
  #isRetryable(loss: DatastreamError, count: Count): boolean {
    if (loss.code !== 'UNAUTHORIZED') return true;
    const mayRenew = this.#settings.renewsKey && !count.keyRenewed;
    count.keyRenewed = true;
    return mayRenew;
  }

  #delay(loss: DatastreamError, count: Count): number {
    const { backoff: choose, minReconnectDelay: min, maxReconnectDelay: max } = this.#settings;
    const wait = ++count.waits;
    const context = { phase: count.phase, min, max };
    const chosen: unknown = this.#guarded('backoff', () => choose(wait, context));
    const isDelay = typeof chosen === 'number' && !Number.isNaN(chosen);
    const asked = loss instanceof ConnectionClosedError ? (loss.retryAfter ?? 0) : 0;
    const delay = Math.max(0, isDelay ? chosen : backoff(wait, context), Math.min(asked, LONGEST_RETRY_AFTER));
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

/** What belongs to one count of attempts. */
interface Count {
  readonly phase: number;
  waits: number;
  keyRenewed: boolean;
}

function exhausted(cause: DatastreamError, attempts: number): DatastreamError {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts in a row`;
  return new DatastreamError('ATTEMPTS_EXHAUSTED', `Gave up after ${tries}: ${cause.message}`, { cause });
}
