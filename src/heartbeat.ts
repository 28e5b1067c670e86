import { graceFor, LATE_AFTER } from './deadline';
import type { Cancel, Clock } from './platform/platform';

/** How often silence is measured, in milliseconds: a process that slept is noticed within this time of its waking. */
const TICK = 1_000;
/** How many gaps in our own time in a row are forgiven before the silence counts all the same. */
const LATE_PROBES = 3;

/** When a heartbeat beats; times in milliseconds. */
export interface HeartbeatSettings {
  readonly platform: { readonly clock: Clock };
  readonly pingInterval: number;
  readonly pongTimeout: number;
}

/** What a heartbeat beats for. */
export interface HeartbeatSubject {
  /** Provokes an answer; without it silence is judged only after a gap in our own time. */
  readonly ask?: () => void;
  /** Counts up with everything that arrives. */
  activity(): number;
  /** Whether reading is stopped, so that silence means nothing. */
  isPaused(): boolean;
  /** Whether nobody looks at the page, whose timers are then late as a matter of course. */
  isHidden(): boolean;
}

/** Pings at its interval, and gives up after a silence. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #settings: HeartbeatSettings;
  readonly #tick: number;
  readonly #subject: HeartbeatSubject;
  readonly #silent: () => void;
  #cancel: Cancel | undefined;
  #isStopped = false;
  #dueAt = 0;
  #pingAt = 0;
  #heardAt = 0;
  #verdictAt = 0;
  #heard = 0;
  #lateProbes = 0;
  #askedAt: number | undefined;
  #roundTripTime: number | undefined;

  constructor(settings: HeartbeatSettings, subject: HeartbeatSubject, silent: () => void) {
    this.#clock = settings.platform.clock;
    this.#settings = settings;
    this.#tick = Math.min(TICK, settings.pongTimeout / 20);
    this.#subject = subject;
    this.#silent = silent;
  }

  /** Between the last ping that was answered and its answer, in milliseconds. */
  get roundTripTime(): number | undefined {
    return this.#roundTripTime;
  }

  start(): void {
    const now = this.#clock.now();
    this.#pingAt = now + this.#settings.pingInterval;
    this.#hear(now);
    this.#arm(now);
  }

  /** Stops for good. */
  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  ponged(): void {
    const now = this.#clock.now();
    if (this.#askedAt !== undefined) this.#roundTripTime = Math.max(0, now - this.#askedAt);
    this.#askedAt = undefined;
    this.#hear(now);
  }

  /** Asks a peer that has been silent for longer than the interval, or gives it up where nothing can be asked. */
  wake(): void {
    const now = this.#clock.now();
    this.#listen(now);
    if (this.#isStale(now)) {
      if (!this.#subject.ask) return this.#silent();
      this.#probe(now);
    }
    // The gap has been dealt with: the timer that it made late must not find it again.
    this.#cancel?.();
    this.#arm(now);
  }

  #arm(now: number): void {
    // The question may have led the user to close the client.
    if (this.#isStopped) return;
    const { ask } = this.#subject;
    const delay = ask ? Math.min(this.#tick, this.#pingAt - now, this.#verdictAt - now) : this.#tick;
    this.#dueAt = now + Math.max(0, delay);
    this.#cancel = this.#clock.after(Math.max(0, delay), () => {
      const late = Math.abs(this.#clock.now() - this.#dueAt);
      // What already arrived counts, however busy this process was.
      this.#cancel = this.#clock.afterRead(() => this.#judge(late));
    });
  }

  #judge(late: number): void {
    const now = this.#clock.now();
    this.#listen(now);
    const hasGap = late > Math.min(LATE_AFTER, this.#settings.pingInterval);
    if (this.#subject.ask ? this.#isDead(now, hasGap) : hasGap && this.#isGivenUp(now)) this.#silent();
    else this.#arm(now);
  }

  /** Asks when it is time to; after sleep, a blocked loop or a clock that was set, before it judges. */
  #isDead(now: number, hasGap: boolean): boolean {
    if (hasGap && this.#lateProbes < LATE_PROBES) this.#probe(now);
    else if (now >= this.#verdictAt) return true;
    else if (now >= this.#pingAt) this.#ask(now);
    return false;
  }

  /** Where nothing can be asked; a page that nobody looks at is left alone until somebody does. */
  #isGivenUp(now: number): boolean {
    return !this.#subject.isHidden() && this.#isStale(now);
  }

  #isStale(now: number): boolean {
    // A clock that was set back says as little as one that has jumped ahead.
    return Math.abs(now - this.#heardAt) > this.#settings.pingInterval;
  }

  #probe(now: number): void {
    this.#ask(now);
    this.#lateProbes++;
    this.#verdictAt = now + graceFor(this.#settings.pongTimeout);
  }

  #ask(now: number): void {
    this.#pingAt = now + this.#settings.pingInterval;
    // Answers come in the order of the pings, so the next one belongs to the oldest.
    this.#askedAt ??= now;
    this.#subject.ask?.();
  }

  #listen(now: number): void {
    if (this.#subject.activity() !== this.#heard || this.#subject.isPaused()) this.#hear(now);
  }

  #hear(now: number): void {
    this.#heard = this.#subject.activity();
    this.#heardAt = now;
    this.#verdictAt = now + this.#settings.pongTimeout;
    this.#lateProbes = 0;
  }
}
