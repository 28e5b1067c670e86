import { graceFor, LATE_AFTER } from './deadline';
import type { Cancel, Clock } from './platform/platform';

/** How often silence is measured, in milliseconds: a process that slept is noticed within this time of its waking. */
const TICK = 1_000;
/** How many gaps in our own time in a row are forgiven before the silence counts all the same. */
const LATE_PROBES = 3;

/** What a heartbeat beats for. */
export interface HeartbeatSubject {
  /** Provokes an answer. */
  ask(): void;
  /** Counts up with everything that arrives. */
  readonly activity: number;
  /** Whether reading is stopped, so that silence means nothing. */
  readonly isPaused: boolean;
}

/** Pings at its interval, and gives up after a silence. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #pingInterval: number;
  readonly #pongTimeout: number;
  readonly #tick: number;
  readonly #subject: HeartbeatSubject;
  readonly #silent: () => void;
  #cancel: Cancel | undefined;
  #dueAt = 0;
  #pingAt = 0;
  #verdictAt = 0;
  #heard = 0;
  #lateProbes = 0;
  #askedAt: number | undefined;
  #roundTripTime: number | undefined;

  constructor(clock: Clock, pingInterval: number, pongTimeout: number, subject: HeartbeatSubject, silent: () => void) {
    this.#clock = clock;
    this.#pingInterval = pingInterval;
    this.#pongTimeout = pongTimeout;
    this.#tick = Math.min(TICK, pongTimeout / 20);
    this.#subject = subject;
    this.#silent = silent;
  }

  /** Between the last ping that was answered and its answer, in milliseconds. */
  get roundTripTime(): number | undefined {
    return this.#roundTripTime;
  }

  start(): void {
    const now = this.#clock.now();
    this.#pingAt = now + this.#pingInterval;
    this.#hear(now);
    this.#arm(now);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  ponged(): void {
    const now = this.#clock.now();
    if (this.#askedAt !== undefined) this.#roundTripTime = Math.max(0, now - this.#askedAt);
    this.#askedAt = undefined;
    this.#hear(now);
  }

  #arm(now: number): void {
    const delay = Math.max(0, Math.min(this.#tick, this.#pingAt - now, this.#verdictAt - now));
    this.#dueAt = now + delay;
    this.#cancel = this.#clock.after(delay, () => {
      const late = Math.abs(this.#clock.now() - this.#dueAt);
      // What already arrived counts, however busy this process was.
      this.#cancel = this.#clock.afterRead(() => this.#judge(late));
    });
  }

  #judge(late: number): void {
    const now = this.#clock.now();
    if (this.#subject.activity !== this.#heard || this.#subject.isPaused) this.#hear(now);
    if (late > Math.min(LATE_AFTER, this.#pingInterval) && this.#lateProbes < LATE_PROBES) this.#probe(now);
    else if (now >= this.#verdictAt) return this.#silent();
    else if (now >= this.#pingAt) this.#ask(now);
    this.#arm(now);
  }

  /** After sleep, a blocked loop or a clock that was set, silence proves nothing: asks, and waits a moment. */
  #probe(now: number): void {
    this.#ask(now);
    this.#lateProbes++;
    this.#verdictAt = now + graceFor(this.#pongTimeout);
  }

  #ask(now: number): void {
    this.#pingAt = now + this.#pingInterval;
    // Answers come in the order of the pings, so the next one belongs to the oldest.
    this.#askedAt ??= now;
    this.#subject.ask();
  }

  #hear(now: number): void {
    this.#heard = this.#subject.activity;
    this.#verdictAt = now + this.#pongTimeout;
    this.#lateProbes = 0;
  }
}
