import type { Cancel, Clock } from './platform/platform';

/** A timer that fires later than this did not measure waiting: the process slept, or its loop was blocked. */
export const LATE_AFTER = 1_000;
/** What a peer gets to show itself after such a gap. */
const GRACE = 5_000;

/** The time that a peer gets to answer after a gap in our own time, in milliseconds. */
export function graceFor(timeout: number): number {
  return Math.min(GRACE, timeout);
}

/** Runs `task` after `delay` milliseconds, once bytes that already arrived are read, and tells it how late that is. */
export function afterReading(clock: Clock, delay: number, task: (late: number) => void): Cancel {
  const due = clock.now() + delay;
  let cancel = clock.after(delay, () => {
    // Measured after the reading: what else was due may have blocked the loop between the two.
    cancel = clock.afterRead(() => task(Math.abs(clock.now() - due)));
  });
  return () => cancel();
}

/**
 * Calls `missed` when `timeout` milliseconds have passed in which the process could have noticed an answer: a timer
 * that fires late gets a period of grace.
 */
export function deadline(clock: Clock, timeout: number, missed: () => void): Cancel {
  let cancel = afterReading(clock, timeout, (late) => {
    if (late > LATE_AFTER) cancel = afterReading(clock, graceFor(timeout), missed);
    else missed();
  });
  return () => cancel();
}
