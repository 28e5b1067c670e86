/** Timers that are all cleared at once, so that a stopped server leaves none behind. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>();
  readonly #waits = new Set<() => void>();

  /** Runs `task` once after `delay` milliseconds; the timer does not keep the process alive unless asked to. */
  after(delay: number, task: () => void, { keepAlive = false } = {}): () => void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      task();
    }, delay);
    if (!keepAlive) timer.unref();
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  /** Waits, and keeps the process alive meanwhile. */
  wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.after(delay, () => wake(), { keepAlive: true });
      const wake = () => {
        cancel();
        this.#waits.delete(wake);
        resolve();
      };
      this.#waits.add(wake);
    });
  }

  /** Ends every wait early. */
  wake(): void {
    for (const wake of this.#waits) wake();
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
