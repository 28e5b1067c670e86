import { isDeepStrictEqual } from 'node:util';
import { clearTimeout, setTimeout } from 'node:timers';
import { DatastreamServer } from 'schematic-datastream-ws/testing';
import { CHANGES, NEWCOMER } from './changes.mjs';
import { COMPANIES, FLAGS, NAMES, USERS } from './data.mjs';
import { Misbehaviour, PAGE_KEY } from './misbehaviour.mjs';

const USUAL_SECONDS = 20;
// In seconds: the pauses between changes come as unevenly as real ones, and in the same order each time.
const RHYTHM = [0.7, 0.5, 0.9, 0.3, 0.6, 1.0, 0.4];
// In seconds, when there is no half-way.
const RESTART_EVERY = 30;
// In milliseconds, at the usual speed.
const RESTART_TAKES = 1_500;
const SERVICE_RESTART = 1012;

/** A server on a free loopback port whose data keeps changing, and which restarts once, half-way, and when it is told to. */
export class Stage {
  /** How many changes were made. */
  changes = 0;
  #server;
  #tell = () => undefined;
  #seconds;
  #speed;
  #changeTimer;
  #restartTimer;
  #restarting;
  #misbehaviour;
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
    this.#misbehaviour = new Misbehaviour(server, {
      speed: this.#speed,
      restart: (downFor) => void this.#restart(downFor),
      tell: (event) => this.#tell(event),
    });
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

  /** What a page needs to know: where to connect, how, what there is to follow, and what people call things. */
  get forPages() {
    return {
      url: this.url,
      apiKey: PAGE_KEY,
      companies: COMPANIES.map(({ keys }) => keys.slug),
      users: USERS.map(({ keys }) => keys.email),
      names: NAMES,
      pace: this.pace,
    };
  }

  start(tell) {
    this.#tell = tell;
    this.#changeLater();
    this.#restartLater(this.#seconds > 0 ? this.#seconds / 2 : RESTART_EVERY);
  }

  /** Begins what a page asked for, and returns whether there is such a thing. */
  misbehave(what) {
    return this.#misbehaviour.begin(what);
  }

  /**
   * Changes nothing more, and names what somebody holds otherwise than the server does; null when that is not known.
   *
   * @param {() => Promise<import('schematic-datastream-ws').StoreSnapshot | undefined>} read
   */
  async compare(read) {
    clearTimeout(this.#changeTimer);
    clearTimeout(this.#restartTimer);
    const snapshot = await read();
    if (!snapshot) return null;
    const server = this.#server;
    const held = new Map(snapshot.flags.map((flag) => [flag.key, flag]));
    const keys = new Set([...FLAGS.map(({ key }) => key), NEWCOMER, ...held.keys()]);
    const pairs = [
      ...[...keys].map((key) => [key, held.get(key), server.flag(key)]),
      ...snapshot.companies.map((company) => [company.id, company, server.company(company.id)]),
      ...snapshot.users.map((user) => [user.id, user, server.user(user.id)]),
    ];
    return pairs.filter(([, ours, theirs]) => !isDeepStrictEqual(ours, theirs)).map(([name]) => name);
  }

  async close() {
    this.#isOpen = false;
    clearTimeout(this.#changeTimer);
    clearTimeout(this.#restartTimer);
    this.#misbehaviour.stop();
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
    this.#restartTimer = setTimeout(() => {
      void this.#restart(RESTART_TAKES / this.#speed);
      if (this.#seconds === 0) this.#restartLater(RESTART_EVERY);
    }, seconds * 1_000);
  }

  /** One at a time: while the server is down, there is nothing to restart. */
  #restart(downFor) {
    this.#restarting ??= this.#goDown(downFor).finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  async #goDown(downFor) {
    const restart = { code: SERVICE_RESTART, reason: 'rolling update', downFor };
    this.#tell({ type: 'server', action: 'restarting', ...restart });
    await this.#server.restart(restart);
    if (this.#isOpen) this.#tell({ type: 'server', action: 'back' });
  }
}
