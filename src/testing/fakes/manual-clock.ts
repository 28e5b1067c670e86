import type { Cancel, Clock } from '../../platform/platform';

/** A clock that moves when it is told to. */
export class ManualClock implements Clock {
  #elapsed = 0;
  #offset: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** @param start - the wall-clock time to begin at, in milliseconds since the epoch */
  constructor(start = 1_700_000_000_000) {
    this.#offset = start;
  }

  /** How many timers are armed. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#elapsed + this.#offset;
  }

  after(delay: number, task: () => void): Cancel {
    const timer = { dueAt: this.#elapsed + Math.max(0, delay), order: this.#order++, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  afterRead(task: () => void): Cancel {
    return this.after(0, task);
  }

  /** Lets time pass, and runs each timer at its time, in order. */
  advance(milliseconds: number): void {
    const end = this.#elapsed + milliseconds;
    for (let timer = this.#next(end); timer; timer = this.#next(end)) {
      this.#elapsed = Math.max(this.#elapsed, timer.dueAt);
      this.#timers.delete(timer);
      timer.task();
    }
    // A timer may have blocked the loop for longer than that.
    this.#elapsed = Math.max(this.#elapsed, end);
  }

  /** Lets time pass while nothing can run: a blocked event loop. What became due runs, late, at the next `advance`. */
  block(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }

  /** Moves the wall clock alone, forward or back: a machine that slept, or a clock that was set. */
  jump(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= end && (!next || isBefore(timer, next))) next = timer;
    }
    return next;
  }
}

interface Timer {
  dueAt: number;
  order: number;
  task: () => void;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order);
}
