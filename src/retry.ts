import type { ApiKey } from './api-key';
import { backoff, type BackoffContext } from './backoff';
import { DatastreamError, optionFailed, settleRetryable, type ConnectionEnding } from './errors';
import { guarded } from './guarded';
import { LONGEST_DELAY } from './platform/platform';
import type { RetryPolicy } from './state';

/** The longest a server may ask a client to wait (`Retry-After`), in milliseconds. */
const LONGEST_RETRY_AFTER = 5 * 60_000;

/** The part of the settings that says whether and when to dial again. */
export interface RetrySettings {
  readonly maxReconnectAttempts: number;
  readonly minReconnectDelay: number;
  readonly maxReconnectDelay: number;
  readonly stableAfter: number;
  readonly apiKey: ApiKey;
  readonly backoff: (attempt: number, context: BackoffContext) => number;
  readonly shouldReconnect?: (loss: DatastreamError, attempt: number) => boolean | undefined;
}

/** Decides what follows a loss: how long to wait, how often to try, when to stop. */
export function retryPolicy(
  settings: RetrySettings,
  random: () => number,
  /** Hears of a `shouldReconnect` or a `backoff` that throws; the default rule holds then. */
  hookFailed: (error: DatastreamError) => void,
): RetryPolicy {
  let count = newCount(0);

  const askHook = (hook: 'shouldReconnect' | 'backoff', call: () => unknown) =>
    guarded((cause) => {
      hookFailed(optionFailed('HANDLER_FAILED', hook, cause));
    }, call);

  const delayAfter = (loss: DatastreamError & ConnectionEnding, wait: number, phase: number) => {
    const context = { phase, min: settings.minReconnectDelay, max: settings.maxReconnectDelay };
    const chosen = askHook('backoff', () => settings.backoff(wait, context));
    const delay = typeof chosen === 'number' && !Number.isNaN(chosen) ? chosen : backoff(wait, context);
    const asked = Math.min(loss.retryAfter ?? 0, LONGEST_RETRY_AFTER);
    return Math.round(Math.min(Math.max(0, delay, asked), LONGEST_DELAY));
  };

  return {
    stableAfter: settings.stableAfter,
    begin() {
      count = newCount(random());
    },
    judge(loss, dialled) {
      // A hook may start another count, which this loss does not belong to.
      const judged = count;
      const wish = askHook('shouldReconnect', () => settings.shouldReconnect?.(loss, dialled + 1));
      // The default rule: all but a rejected key, and that too once, when another can be had.
      const retry = Boolean(
        wish ?? (loss.code !== 'UNAUTHORIZED' || (typeof settings.apiKey === 'function' && !judged.renewals++)),
      );
      settleRetryable(loss, retry);
      if (!retry) return loss;
      // As in the Go client, 0 and 1 both mean a single dial.
      if (wish !== true && dialled >= Math.max(1, settings.maxReconnectAttempts)) {
        const message = `Gave up after attempt ${dialled}: ${loss.message}`;
        return new DatastreamError('ATTEMPTS_EXHAUSTED', message, { cause: loss });
      }
      return delayAfter(loss, ++judged.waits, judged.phase);
    },
  };
}

/** What belongs to one count of attempts; `phase` is its place in the windows of the backoff. */
function newCount(phase: number) {
  return { phase, waits: 0, renewals: 0 };
}
