import { deadline } from '../deadline';
import { goesOn, timedOut, type DatastreamError } from '../errors';
import { nothing } from '../guarded';
import type { Clock } from '../platform/platform';
import type { TransportListener } from './transport';

/** Messages that were accepted and wait to be handed to the network: each is settled exactly once. */
export interface Outbox {
  /** Sends a message; `send` calls back once the network has taken it, or refused it. */
  accept(send: (handed: (error?: Error) => void) => void): Promise<void>;
  /** Rejects all that still wait: the connection ended first. */
  fail(): void;
}

/** A list, since a set of those that wait would cost a third of sending a message. */
interface AcceptedMessage {
  readonly acceptedAt: number;
  readonly reject: (error: DatastreamError) => void;
  isSettled?: boolean;
  next?: AcceptedMessage;
}

/** The error of a message that is not sent because its connection has ended. */
export function connectionEnded(cause?: unknown): DatastreamError {
  return goesOn('CONNECTION_CLOSED', 'Connection closed', cause);
}

/** `stalled` is called when a message was not taken within `timeout` milliseconds. */
export function outbox(
  clock: Clock,
  timeout: number,
  { stalled, redacted }: Pick<TransportListener, 'stalled' | 'redacted'>,
): Outbox {
  let oldest: AcceptedMessage | undefined;
  let newest: AcceptedMessage | undefined;
  let cancelDeadline: typeof nothing | undefined;

  const skipSettled = () => {
    while (oldest?.isSettled) oldest = oldest.next;
  };

  /** One timer, which outlasts the message that it was set for: what that has not waited for is the time of the next. */
  const watch = (watched: AcceptedMessage, delay: number) => {
    cancelDeadline = deadline(clock, delay, () => {
      cancelDeadline = undefined;
      if (!oldest) return;
      if (oldest !== watched) {
        const left = oldest.acceptedAt + timeout - clock.now();
        // Also when the clock was set meanwhile, the wait is no longer than the timeout.
        return watch(oldest, Math.min(Math.max(0, left), timeout));
      }
      const error = timedOut('WRITE_TIMEOUT', 'Not sent', 'writeTimeout', timeout);
      // All that were accepted at one time; those behind them end with their connection.
      for (; oldest?.acceptedAt === watched.acceptedAt; oldest = oldest.next) oldest.reject(error);
      stalled(error);
    });
  };

  return {
    accept: (send) =>
      new Promise<void>((resolve, reject) => {
        const message: AcceptedMessage = { acceptedAt: clock.now(), reject };
        const handed = (error?: unknown) => {
          message.isSettled = true;
          skipSettled();
          if (error) reject(connectionEnded(redacted(error)));
          else resolve();
        };
        if (oldest && newest) newest.next = message;
        else oldest = message;
        newest = message;
        if (!cancelDeadline) watch(oldest, timeout);
        try {
          send(handed);
        } catch (error) {
          handed(error);
        }
      }),
    fail() {
      for (; oldest; oldest = oldest.next) oldest.reject(connectionEnded());
      cancelDeadline?.();
      cancelDeadline = undefined;
    },
  };
}
