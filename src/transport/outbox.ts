import { deadline } from '../deadline';
import { goesOn, timedOut, type DatastreamError } from '../errors';
import { nothing } from '../guarded';
import type { Clock } from '../platform/platform';

/** Messages that were accepted and wait to be handed to the network: each is settled exactly once. */
export interface Outbox {
  /** Sends a message; `send` calls back once the network has taken it, or refused it. */
  accept(send: (handed: (error?: Error) => void) => void): Promise<void>;
  /** Rejects all that still wait: the connection ended first. */
  fail(): void;
}

interface PendingMessage {
  acceptedAt: number;
  reject: (error: DatastreamError) => void;
}

/** The error of a message that is not sent because its connection has ended. */
export function connectionEnded(cause?: unknown): DatastreamError {
  return goesOn('CONNECTION_CLOSED', 'Connection closed', cause);
}

/** `stalled` is called when a message was not taken within `timeout` milliseconds. */
export function outbox(clock: Clock, timeout: number, stalled: (error: DatastreamError) => void): Outbox {
  /** In the order in which they were accepted. */
  const waiting = new Set<PendingMessage>();
  let cancelDeadline = nothing;

  /** One timer, for the message that has waited longest; what it has not waited for is the time of the next. */
  const watch = (watched: PendingMessage, delay: number) => {
    cancelDeadline = deadline(clock, delay, () => {
      const [oldest = watched] = waiting;
      if (oldest !== watched) {
        const left = oldest.acceptedAt + timeout - clock.now();
        // Also when the clock was set meanwhile, the wait is no longer than the timeout.
        return watch(oldest, Math.min(Math.max(0, left), timeout));
      }
      const error = timedOut('WRITE_TIMEOUT', 'Not sent', 'writeTimeout', timeout);
      // All that were accepted at one time; those behind them end with their connection.
      for (const message of waiting) {
        if (message.acceptedAt !== watched.acceptedAt) break;
        waiting.delete(message);
        message.reject(error);
      }
      stalled(error);
    });
  };

  return {
    accept: (send) =>
      new Promise<void>((resolve, reject) => {
        const message = { acceptedAt: clock.now(), reject };
        const handed = (error?: unknown) => {
          if (waiting.delete(message) && waiting.size === 0) cancelDeadline();
          if (error) reject(connectionEnded(error));
          else resolve();
        };
        if (waiting.add(message).size === 1) watch(message, timeout);
        try {
          send(handed);
        } catch (error) {
          handed(error);
        }
      }),
    fail() {
      for (const message of waiting) message.reject(connectionEnded());
      waiting.clear();
      cancelDeadline();
    },
  };
}
