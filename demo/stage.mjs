import { clearTimeout, setTimeout } from 'node:timers';
import { DatastreamServer } from 'schematic-datastream-ws/testing';
import { CHANGES } from './changes.mjs';
import { COMPANIES, FLAGS, USERS } from './data.mjs';

const USUAL_SECONDS = 20;
// In seconds: the pauses between changes come as unevenly as real ones, and in the same order each time.
const RHYTHM = [0.7, 0.5, 0.9, 0.3, 0.6, 1.0, 0.4];
// In seconds, when there is no half-way.
const RESTART_EVERY = 30;
const SERVICE_RESTART = 1012;

/** A server on a free loopback port whose data keeps changing, and which restarts once, half-way. */
export class Stage {
  /** How many changes were made. */
  changes = 0;
  #server;
  #tell = () => undefined;
  #seconds;
  #speed;
  #changeTimer;
  #restartTimer;
  #restarting = Promise.resolve();
  #isOpen = true;

  /** @param {number} seconds how long the demo will run; a shorter one than usual goes faster */
  static async open(seconds) {
    const server = await DatastreamServer.start({ flags: FLAGS, companies: COMPANIES, users: USERS });
    return new Stage(server, seconds);
  }

  constructor(server, seconds) {
    this.#server = server;
    this.#seconds = seconds;
    this.#speed = seconds === 0 ? 1 : Math.max(1, USUAL_SECONDS / seconds);
  }

  get url() {
    return this.#server.url;
  }

  get holds() {
    return { flags: FLAGS.length, companies: COMPANIES.length, users: USERS.length };
  }

  /** How patient a client should be, so that an outage here is noticed, survived and over while somebody watches. */
  get pace() {
    const faster = (milliseconds) => milliseconds / this.#speed;
    return { minReconnectDelay: faster(300), maxReconnectDelay: faster(2_000), stableAfter: faster(2_000) };
  }

  start(tell) {
    this.#tell = tell;
    this.#changeLater();
    this.#restartLater(this.#seconds > 0 ? this.#seconds / 2 : RESTART_EVERY);
  }

  async close() {
    this.#isOpen = false;
    clearTimeout(this.#changeTimer);
    clearTimeout(this.#restartTimer);
    await this.#server.stop();
    await this.#restarting;
  }

  #changeLater() {
    const pause = RHYTHM[this.changes % RHYTHM.length] / this.#speed;
    this.#changeTimer = setTimeout(() => {
      CHANGES[this.changes % CHANGES.length](this.#server);
      this.changes++;
      this.#changeLater();
    }, pause * 1_000);
  }

  #restartLater(seconds) {
    this.#restartTimer = setTimeout(() => (this.#restarting = this.#restart()), seconds * 1_000);
  }

  async #restart() {
    const restart = { code: SERVICE_RESTART, reason: 'rolling update', downFor: 1_500 / this.#speed };
    this.#tell({ type: 'server', action: 'restarting', ...restart });
    await this.#server.restart(restart);
    if (!this.#isOpen) return;
    this.#tell({ type: 'server', action: 'back' });
    if (this.#seconds === 0) this.#restartLater(RESTART_EVERY);
  }
}
