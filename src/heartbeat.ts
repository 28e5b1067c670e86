import { afterReading, graceFor, LATE_AFTER } from './deadline';
import { nothing } from './guarded';
import type { Cancel, Platform } from './platform/platform';

/** How often silence is measured, in milliseconds: a process that slept is noticed within this time of its waking. */
const TICK = 1_000;
/** How many gaps in our own time in a row are forgiven before the silence counts all the same. */
const LATE_PROBES = 3;

/** When a heartbeat beats; times in milliseconds. */
export interface HeartbeatSettings {
  readonly platform: Pick<Platform, 'clock' | 'page'>;
  readonly pingInterval: number;
  readonly pongTimeout: number;
}

/** What a heartbeat beats for. */
export interface HeartbeatSubject {
  /** Provokes an answer; without it silence is judged only after a gap in our own time. */
  readonly ask?: () => void;
  /** Counts up with everything that arrives. */
  readonly activity: () => number;
  /** Whether reading is stopped, so that silence means nothing. */
  readonly isPaused: () => boolean;
}

/** A heart that beats from its start on. */
export interface Heartbeat {
  /** Between the last ping that was answered and its answer, in milliseconds. */
  roundTripTime(): number | undefined;
  /** Stops for good. */
  stop(): void;
  ponged(): void;
  /** Asks a peer that has been silent for longer than the interval, or gives it up where nothing can be asked. */
  wake(): void;
}

/** Pings at its interval, and gives up after a silence. */
export function startHeartbeat(
  { platform: { clock, page }, pingInterval, pongTimeout }: HeartbeatSettings,
  { ask, activity, isPaused }: HeartbeatSubject,
  silent: () => void,
): Heartbeat {
  const tick = Math.min(TICK, pongTimeout / 20);
  /** The time at which this turn began. */
  let now = clock.now();
  let pingAt = now + pingInterval;
  let heardAt: number;
  let verdictAt: number;
  let heard: number;
  let lateProbes: number;
  let askedAt: number | undefined;
  let roundTripTime: number | undefined;
  let isStopped = false;
  let cancel: Cancel = nothing;

  const hear = () => {
    heard = activity();
    heardAt = now;
    verdictAt = now + pongTimeout;
    lateProbes = 0;
  };

  const listen = () => {
    now = clock.now();
    if (activity() !== heard || isPaused()) hear();
  };

  // A clock that was set back says as little as one that has jumped ahead.
  const isStale = () => Math.abs(now - heardAt) > pingInterval;

  const arm = () => {
    // The question may have led the user to close the client.
    if (isStopped) return;
    // A gap that `wake` has dealt with is not for the timer that it made late; and a question may itself have waked.
    cancel();
    const delay = ask ? Math.min(tick, pingAt - now, verdictAt - now) : tick;
    cancel = afterReading(clock, Math.max(0, delay), judge);
  };

  const askNow = () => {
    pingAt = now + pingInterval;
    // Answers come in the order of the pings, so the next one belongs to the oldest.
    askedAt ??= now;
    ask?.();
  };

  const probe = () => {
    askNow();
    lateProbes++;
    verdictAt = now + graceFor(pongTimeout);
  };

  /** Asks when it is time to; after sleep, a blocked loop or a clock that was set, before it judges. */
  const isDead = (hasGap: boolean) => {
    if (hasGap && lateProbes < LATE_PROBES) probe();
    else if (now >= verdictAt) return true;
    else if (now >= pingAt) askNow();
    return false;
  };

  const judge = (late: number) => {
    listen();
    const hasGap = late > Math.min(LATE_AFTER, pingInterval);
    // Where nothing can be asked, a page that nobody looks at is left alone until somebody does.
    if (ask ? isDead(hasGap) : hasGap && page?.isVisible !== false && isStale()) silent();
    else arm();
  };

  hear();
  arm();
  return {
    roundTripTime: () => roundTripTime,
    stop() {
      isStopped = true;
      cancel();
    },
    ponged() {
      now = clock.now();
      if (askedAt !== undefined) roundTripTime = Math.max(0, now - askedAt);
      askedAt = undefined;
      hear();
    },
    wake() {
      listen();
      if (isStale()) {
        if (!ask) return silent();
        probe();
      }
      arm();
    },
  };
}
