import { DatastreamError } from '../../errors';
import type { EntityType } from '../../messages';
import type { Which } from './arrivals';
import type { EntityDeletion, FlagDeletion } from './deletions';
import { COMPANIES, type WireCompany, type WireFlag, type WireMessage, type WireUser } from './entities';
import { Exchange } from './exchange';
import { FaultPlan } from './fault-plan';
import { KeyCheck } from './key-check';
import { Listener } from './listener';
import {
  resolveAcceptedKeys,
  resolveServerOptions,
  type AcceptedKeys,
  type DatastreamServerOptions,
  type ServerSettings,
} from './options';
import { ReplayLog } from './replay-log';
import { Replica } from './replica';
import type { ServerRequest } from './requests';
import type { ServerConnection } from './server-connection';
import type { ServerFaults } from './server-faults';
import { StreamIds } from './stream-ids';
import { Timers } from './timers';
import type { UpgradeRecord } from './upgrade-record';
import { Upgrades } from './upgrades';

const SERVICE_RESTART = 1012;
// How long clients may take to answer the close frame.
const CLOSE_GRACE = 200;
const REJECT_DELAY = 1_000;

/** How a restart treats the clients, and how long the port stays closed. */
export interface RestartOptions {
  /** Milliseconds during which nothing listens. @default 0 */
  downFor?: number;
  /** The close code that the clients get. @default 1012 */
  code?: number;
  /** The text in the close frame. @default '' */
  reason?: string;
}

/**
 * Schematic's datastream server as a test double on a real port: it answers requests from the flags, companies and users
 * it holds, pushes every change to whoever follows it, and misbehaves on command.
 *
 * ```ts
 * const server = await DatastreamServer.start({ flags: [{ key: 'beta', default_value: false }] });
 * // point a client at server.url, then
 * server.setFlag({ key: 'beta', default_value: true });
 * server.faults.closeAll(1001);
 * await server.stop();
 * ```
 */
export class DatastreamServer {
  /** How it misbehaves. */
  readonly faults: ServerFaults;
  readonly #settings: ServerSettings;
  readonly #replica = new Replica();
  readonly #streamIds = new StreamIds();
  readonly #timers = new Timers();
  readonly #keyCheck: KeyCheck;
  readonly #exchange: Exchange;
  readonly #upgrades: Upgrades;
  readonly #replayLog: ReplayLog;
  #isSilent = false;
  #port: number;
  #listener?: Listener;
  #restarted?: Promise<void>;
  #stopped?: Promise<void>;

  /**
   * Starts to listen.
   * @throws InvalidOptionError naming the option that is wrong.
   */
  static async start(options: DatastreamServerOptions = {}): Promise<DatastreamServer> {
    const server = new DatastreamServer(resolveServerOptions(options));
    await server.#listen();
    return server;
  }

  private constructor(settings: ServerSettings) {
    this.#settings = settings;
    this.#port = settings.port;
    this.#replica.setFlags(settings.flags);
    for (const company of settings.companies) this.#replica.companies.set(company);
    for (const user of settings.users) this.#replica.users.set(user);

    const faults = new FaultPlan(
      () => this.#exchange.live,
      () => this.#streamIds.next(),
    );
    this.faults = faults;
    this.#keyCheck = new KeyCheck(settings);
    const { apiKeyParameter, compression } = settings;
    const shared = { faults, keyCheck: this.#keyCheck };
    const { pageSize } = settings;
    const replayLog = new ReplayLog(settings.replayWindow);
    this.#replayLog = replayLog;
    this.#exchange = new Exchange({ ...shared, replica: this.#replica, timers: this.#timers, replayLog, pageSize });
    this.#upgrades = new Upgrades({ ...shared, apiKeyParameter, compression, listener: this.#exchange });
  }

  /** What a client takes as its `url`: `http://127.0.0.1:<port>`. */
  get url(): string {
    const { tls, host } = this.#settings;
    return `${tls ? 'https' : 'http'}://${reachable(host)}:${this.#port}`;
  }

  /** Where it listens; the same one after a restart. */
  get port(): number {
    return this.#port;
  }

  /** The live connections, the oldest first. */
  get connections(): readonly ServerConnection[] {
    return this.#exchange.live;
  }

  /** Every upgrade request so far, accepted or not. */
  get upgrades(): readonly UpgradeRecord[] {
    return this.#upgrades.records.all;
  }

  /**
   * A connection that was accepted, or will be: by its place since the start (0 is the first), or the first that matches.
   * @default 0
   * @throws DatastreamError when the server stops first.
   */
  connection(which: Which<ServerConnection> = 0): Promise<ServerConnection> {
    return this.#exchange.connections.get(which);
  }

  /**
   * The next connection from now on.
   * @throws DatastreamError when the server stops first.
   */
  nextConnection(): Promise<ServerConnection> {
    return this.#exchange.connections.next();
  }

  /**
   * An upgrade request that came, or comes: by its place (0 is the first), or the first that matches.
   * @default 0
   * @throws DatastreamError when the server stops first.
   */
  upgrade(which: Which<UpgradeRecord> = 0): Promise<UpgradeRecord> {
    return this.#upgrades.records.get(which);
  }

  /**
   * The next upgrade request from now on.
   * @throws DatastreamError when the server stops first.
   */
  nextUpgrade(): Promise<UpgradeRecord> {
    return this.#upgrades.records.next();
  }

  /**
   * The next request from now on, on any connection.
   * @throws DatastreamError when the server stops first.
   */
  nextRequest(matching?: (request: ServerRequest) => boolean): Promise<ServerRequest> {
    return this.#exchange.requests.next(matching);
  }

  /** A flag as the server holds it. */
  flag(key: string): Readonly<Record<string, unknown>> | undefined {
    return this.#replica.flag(key);
  }

  /** A company as the server holds it, partials merged in. */
  company(id: string): Readonly<Record<string, unknown>> | undefined {
    return this.#replica.companies.get(id);
  }

  /** A user as the server holds it, partials merged in. */
  user(id: string): Readonly<Record<string, unknown>> | undefined {
    return this.#replica.users.get(id);
  }

  /** Adds or replaces a flag, and pushes it. */
  setFlag(flag: WireFlag): void {
    this.#publish(this.#replica.setFlag(flag));
  }

  /** Replaces all flags, and pushes the whole set. */
  setFlags(flags: readonly WireFlag[] | null): void {
    this.#publish(this.#replica.setFlags(flags));
  }

  /**
   * Deletes a flag, and pushes that.
   * @throws DatastreamError `NOT_FOUND`
   */
  deleteFlag(key: string, deletion?: FlagDeletion): void {
    this.#publish(this.#replica.deleteFlag(key, deletion));
  }

  /** Adds or replaces a company, and pushes it whole. */
  setCompany(company: WireCompany): void {
    this.#publish(this.#replica.companies.set(company));
  }

  /**
   * Merges changed fields into a company, and pushes these fields alone.
   * @throws DatastreamError `NOT_FOUND`
   */
  updateCompany(id: string, partial: object): void {
    this.#publish(this.#replica.companies.update(id, partial));
  }

  /**
   * Deletes a company, and pushes that.
   * @throws DatastreamError `NOT_FOUND`
   */
  deleteCompany(id: string, deletion?: EntityDeletion): void {
    this.#publish(this.#replica.companies.delete(id, deletion));
  }

  /** Adds or replaces a user, and pushes it whole. */
  setUser(user: WireUser): void {
    this.#publish(this.#replica.users.set(user));
  }

  /**
   * Merges changed fields into a user, and pushes these fields alone.
   * @throws DatastreamError `NOT_FOUND`
   */
  updateUser(id: string, partial: object): void {
    this.#publish(this.#replica.users.update(id, partial));
  }

  /**
   * Deletes a user, and pushes that.
   * @throws DatastreamError `NOT_FOUND`
   */
  deleteUser(id: string, deletion?: EntityDeletion): void {
    this.#publish(this.#replica.users.delete(id, deletion));
  }

  /** Makes changes that are not pushed: clients learn of them when they ask again, as after `reload`. */
  silently(change: () => void): void {
    this.#isSilent = true;
    try {
      change();
    } finally {
      this.#isSilent = false;
    }
  }

  /** Tells every authorized connection to load everything again. @param entityType 'rulesengine.Companies' by default. */
  reload(entityType: EntityType = COMPANIES): void {
    this.push({ entity_type: entityType, message_type: 'reload' });
  }

  /** Sends a message to every authorized connection as it is, whatever they follow. */
  push(message: WireMessage): void {
    this.#exchange.push(message);
  }

  /**
   * Changes which keys are let in; connections that are already in stay.
   * @throws InvalidOptionError
   */
  acceptKeys(apiKeys: AcceptedKeys): void {
    this.#keyCheck.accepts = resolveAcceptedKeys(apiKeys);
  }

  /**
   * Chooses how a bad key is turned away: with HTTP 401 on the upgrade, as at the start, or with close code 4001 after it,
   * for browsers cannot see a 401. The delay protects clients that redial at once on 4001.
   * @param delay milliseconds from the upgrade to the close, 1 000 by default.
   */
  rejectKeys(by: 'upgrade' | 'close', delay = REJECT_DELAY): void {
    this.#keyCheck.rejection = by === 'close' ? { by, delay } : { by };
  }

  /** Drops all clients, and listens again on the same port; what the server holds stays, subscriptions do not. */
  restart(options: RestartOptions = {}): Promise<void> {
    this.#restarted = this.#restart(options);
    return this.#restarted;
  }

  /** Closes every connection with 1012 and frees the port; once it resolves nothing of the server is left running. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #restart({ downFor = 0, code = SERVICE_RESTART, reason = '' }: RestartOptions): Promise<void> {
    await this.#goDown(code, reason);
    if (downFor > 0 && !this.#stopped) await this.#timers.wait(downFor);
    if (!this.#stopped) await this.#listen();
  }

  async #stop(): Promise<void> {
    this.#timers.wake();
    // Its failure is the business of whoever asked for the restart.
    await this.#restarted?.catch(() => undefined);
    await this.#goDown(SERVICE_RESTART, '');
    this.#timers.clear();
    const error = new DatastreamError('ABORTED', 'The server stopped while something was awaited from it');
    for (const arrivals of [this.#exchange.connections, this.#exchange.requests, this.#upgrades.records]) {
      arrivals.end(error);
    }
  }

  async #listen(): Promise<void> {
    this.#listener = await Listener.open({
      ...this.#settings,
      port: this.#port,
      upgradeRequested: (...args) => this.#upgrades.requested(...args),
    });
    this.#port = this.#listener.port;
  }

  async #goDown(code: number, reason: string): Promise<void> {
    const connections = this.#exchange.live;
    this.#listener?.stopListening();
    for (const connection of connections) connection.close(code, reason);
    const cancel = this.#timers.after(CLOSE_GRACE, () => connections.forEach((connection) => connection.terminate()));
    await Promise.all(connections.map((connection) => connection.closed));
    cancel();
    await this.#listener?.end();
  }

  #publish(message: WireMessage): void {
    if (this.#isSilent) return;
    const numbered = { ...message, stream_id: this.#streamIds.next() };
    this.#replayLog.add(numbered);
    this.#exchange.publish(numbered);
  }
}

// A host as it stands in a URL; a wildcard address is reached through loopback.
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
