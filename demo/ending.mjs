import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';

/** Why the demo ends: whatever comes first. */
export class Ending {
  /** @type {Promise<'time' | 'interrupted' | 'failed' | 'unheard'>} */
  reached;
  #reach;
  #timer;

  constructor() {
    this.reached = new Promise((resolve) => (this.#reach = resolve));
    // Not `once`: npm passes on a Ctrl-C that the terminal has sent to everybody already.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => this.reach('interrupted'));
    // A reader such as `head` that has seen enough is no reason to complain.
    process.stdout.on('error', () => this.reach('unheard'));
  }

  /** Ends it in so many seconds; 0 means never. */
  reachAfter(seconds) {
    if (seconds > 0) this.#timer = setTimeout(() => this.reach('time'), seconds * 1_000);
  }

  reach(reason) {
    clearTimeout(this.#timer);
    this.#reach(reason);
  }
}
