import type { Cancel, Clock } from './platform/platform';

/** A timer that fires later than this did not measure waiting: the process slept, or its loop was blocked. */
export const LATE_AFTER = 1_000;
/** What a peer gets to show itself after such a gap. */
const GRACE = 5_000;

/** The time that a peer gets to answer after a gap in our own time, in milliseconds. */
export function graceFor(timeout: number): number {
  return Math.min(GRACE, timeout);
}

/**
 * Calls `missed` when `timeout` milliseconds have passed in which the process could have noticed an answer: a timer
 * that fires late gets a period of grace, and bytes that already arrived are read first.
 */
export function deadline(clock: Clock, timeout: number, missed: () => void): Cancel {
  let cancel: Cancel;
  const wait = (delay: number, afterLate: () => void) => {
    const due = clock.now() + delay;
    cancel = clock.after(delay, () => {
      const isLate = Math.abs(clock.now() - due) > LATE_AFTER;
      cancel = clock.afterRead(isLate ? afterLate : missed);
    });
  };
  wait(timeout, () => wait(graceFor(timeout), missed));
  return () => cancel();
}
