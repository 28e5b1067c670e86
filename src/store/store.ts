import mitt from 'mitt';
import { DatastreamClient } from '../client';
import { deadline } from '../deadline';
import { closesAfterUse } from '../disposal';
import type { Company, Flag, Keys, User } from '../entities';
import { DatastreamError } from '../errors';
import { nothing } from '../guarded';
import type { ReadyContext } from '../handler-contexts';
import type { Listener } from '../listeners';
import type { DatastreamMessage, DatastreamRequest } from '../messages';
import { demand } from '../option-error';
import { platformOf, type DatastreamOptions } from '../options';
import type { Cancel } from '../platform/platform';
import { createReader } from '../reader';
import type { Signal } from '../signal';
import type { ConnectionState } from '../state';
import { waitingRoom, type WaitingRoom, type WaitOptions } from '../waiting';
import { fieldsOf } from './adopt';
import { announcements, type Announcements } from './announcements';
import { keepLatest, type StoreChange } from './change';
import { follow } from './cursor';
import type { DatastreamStoreEvents } from './events';
import { followFlags, type Flags } from './flags';
import { followEach, type Following } from './following';
import { mergeCompany, mergeUser } from './merge';
import { resolveStoreOptions, type DatastreamStoreOptions, type StoreSnapshot } from './options';
import type { Population } from './population';
import type { Source, SourceSettings } from './source';

/**
 * Holds the current flags, companies and users, and says when they may not be current.
 *
 * **It holds rules and does not evaluate them: `default_value` is not the answer to "is this flag on".** For that answer
 * plug the vendor's engine in as the option `evaluate`.
 *
 * Whatever it gives out is an immutable snapshot: replaced when it changes, the same object while it does not.
 *
 * @typeParam Evaluation - what the option `evaluate` returns
 */
export class DatastreamStore<Evaluation = boolean> {
  /** As `close`, for `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;
  /** The client underneath. */
  readonly client: DatastreamClient;
  /** All flags by their key: one map, always current. `version` tells when to look again. */
  readonly flags: ReadonlyMap<string, Flag>;

  readonly #listeners: Announces;
  readonly #settings: SourceSettings;
  readonly #evaluate: DatastreamStoreOptions<Evaluation>['evaluate'];
  readonly #flags: Flags;
  readonly #companies: Following<Company>;
  readonly #users: Following<User>;
  readonly #sources: readonly Source<Flag | Company | User>[];
  /** Holds the ready handler up. */
  readonly #room: WaitingRoom;
  /** How long an entity may take to be confirmed, in milliseconds: not so long that the ready handler fails for it. */
  readonly #patience: number;
  #news: Announcements;
  #isStale = true;
  /** The state of the client that the store has last heard of. */
  #entered: ConnectionState | undefined;
  /** Whether entities have had their time to be confirmed on this connection. */
  #isOverdue = false;
  #stopAsking: Cancel = nothing;

  /**
   * Nothing is opened before `start()`.
   *
   * @throws InvalidOptionError when an option is missing or wrong; it names the option
   */
  constructor(options: DatastreamStoreOptions<Evaluation>) {
    closesAfterUse(this);
    const emitter = mitt<DatastreamStoreEvents>();
    this.#news = announcements(emitter);
    const own: DatastreamOptions = {
      ...options,
      messageHandler: (message) => this.#receive(message),
      connectionReadyHandler: async (context) => {
        await this.#makeReady(context);
        await connectionReadyHandler?.(context);
      },
    };
    // Other options may be inherited, which no spread sees.
    const get = (_: unknown, name: PropertyKey): unknown => Reflect.get(own, name) ?? Reflect.get(options, name);
    this.client = new DatastreamClient(new Proxy<DatastreamOptions>(own, { get }), emitter);
    // Its type tells of its own events; it announces whatever its emitter is given, whoever gives it.
    this.#listeners = this.client as unknown as Announces;
    const { initial, requestTimeout, readyTimeout, pageSize, evaluate, connectionReadyHandler } =
      resolveStoreOptions(options);
    const { clock } = platformOf(options);
    this.#settings = {
      clock,
      requestTimeout,
      pageSize,
      send: (data) => this.#send({ data }),
      changed: (change) => this.#news.changed(change),
      settled: () => this.#commit(),
    };
    this.#patience = Math.min(requestTimeout, readyTimeout / 2);
    this.#evaluate = evaluate;
    this.#room = waitingRoom(clock, () => undefined);
    this.#flags = followFlags(this.#settings);
    this.flags = this.#flags.population.held;
    this.#companies = followEach<'rulesengine.Company', Company>('rulesengine.Company', mergeCompany, this.#settings);
    this.#users = followEach<'rulesengine.User', User>('rulesengine.User', mergeUser, this.#settings);
    this.#sources = [this.#flags, this.#companies, this.#users];
    // Told late, in a listener that has started the client again, an end is none any more.
    this.client.on('state', (state) => state === this.client.state && this.#enter(state));
    if (!initial) return;
    this.#load(initial);
    // Nobody listens yet.
    this.#news = announcements(emitter);
  }

  /** A number that grows with everything that changes in the store, `stale` included. */
  get version(): number {
    return this.#news.version();
  }

  /** Whether what is held may not be current: before the first connection is ready, and from a loss until all of it is confirmed. */
  get stale(): boolean {
    return this.#isStale || !this.client.isConnected();
  }

  /** As of the client. */
  start(): void {
    this.client.start();
  }

  /**
   * Resolves when all flags are here and every earlier subscription is fresh again.
   *
   * @throws DatastreamError as `ready` of the client, as a rejection
   */
  ready(options?: WaitOptions): Promise<void> {
    return this.client.ready(options);
  }

  /** Ends the client. What is held can still be read, and is stale; nothing is announced once this has returned. */
  close(): Promise<void> {
    const closed = this.client.close();
    // In a listener of the client's, its own word of that comes later.
    this.#enter(this.client.state);
    return closed;
  }

  /** A flag by its key, upper and lower case being the same. **Its `default_value` does not say whether it is on.** */
  flag(key: string): Flag | undefined {
    return this.#flags.get(key);
  }

  /** The company that the keys name, if it is held and they do not contradict each other. */
  peekCompany(keys: Keys): Company | undefined {
    return this.#companies.peek(keys);
  }

  /** The user that the keys name, if it is held and they do not contradict each other. */
  peekUser(keys: Keys): User | undefined {
    return this.#users.peek(keys);
  }

  /**
   * The company that the keys name: the first call asks for it and follows it from then on, later ones answer from memory.
   * Without a connection it waits for the next.
   *
   * @throws DatastreamError `NOT_FOUND`, `REQUEST_TIMEOUT`, `CONNECTION_CLOSED`, `KEY_CONFLICT` when the keys name several,
   * `ABORTED`, `CLIENT_CLOSED`, `INVALID_OPTION` without keys, as a rejection
   */
  company(keys: Keys, options: RequestOptions = {}): Promise<Company> {
    return this.#request(this.#companies, keys, options);
  }

  /** As `company`, for a user. */
  user(keys: Keys, options: RequestOptions = {}): Promise<User> {
    return this.#request(this.#users, keys, options);
  }

  /** Gives up the company and the user that the keys name: neither held nor followed any more. */
  forget(keys: Keys): void {
    this.#companies.forget(keys);
    this.#users.forget(keys);
    this.#commit();
  }

  /**
   * What the option `evaluate` says of a flag, for what is held of a company and a user; nothing if the flag is not held.
   *
   * @throws InvalidOptionError without that option
   */
  evaluate(key: string, { company, user }: { company?: Keys; user?: Keys } = {}): Evaluation | undefined {
    const flag = this.flag(key);
    demand(this.#evaluate, 'evaluate', 'a function', undefined);
    return flag && this.#evaluate?.(flag, company && this.peekCompany(company), user && this.peekUser(user));
  }

  /** Calls `listener` at each event of a kind, the client's included; returns its undo. One that throws gives an `error` event. */
  on<Type extends keyof DatastreamStoreEvents>(type: Type, listener: Listener<DatastreamStoreEvents[Type]>): Cancel {
    return this.#listeners.on(type, listener);
  }

  /** As `on`, for the next event only. */
  once<Type extends keyof DatastreamStoreEvents>(type: Type, listener: Listener<DatastreamStoreEvents[Type]>): Cancel {
    return this.#listeners.once(type, listener);
  }

  /** Undoes one `on` or `once` of this listener. */
  off<Type extends keyof DatastreamStoreEvents>(type: Type, listener: Listener<DatastreamStoreEvents[Type]>): void {
    this.#listeners.off(type, listener);
  }

  /** Calls `listener` whenever `version` has grown; returns its undo. Bound: `useSyncExternalStore(store.subscribe, …)`. */
  readonly subscribe = (listener: () => void): Cancel => this.on('version', () => listener());

  /**
   * The changes from now on, for `for await`: each call is a reader of its own, which finds the latest of each entity when
   * it is slow, and ends when the client closes.
   */
  changes(): AsyncIterableIterator<StoreChange> {
    const reader = createReader(keepLatest, () => {
      off();
      offClosed();
    });
    const off = this.on('change', (change) => reader.push(change));
    const offClosed = this.on('closed', () => reader.end());
    if (this.client.state.status === 'closed') reader.end();
    return reader.items;
  }

  /** All that is held, for the option `initial` of another store. */
  snapshot(): StoreSnapshot {
    const all = <Entity extends object>({ held }: Population<Entity>) => [...held.values()];
    return {
      flags: all(this.#flags.population),
      companies: all(this.#companies.population),
      users: all(this.#users.population),
    };
  }

  /** What may be shown of a store: nothing of what it holds. */
  toJSON(): ReturnType<DatastreamClient['toJSON']> {
    return this.client.toJSON();
  }

  #load(initial: StoreSnapshot): void {
    try {
      const { flags, companies, users } = initial;
      this.#flags.population.replace(flags);
      this.#companies.population.replace(companies);
      this.#users.population.replace(users);
    } catch {
      demand(false, 'initial', 'what snapshot() gave', undefined);
    }
  }

  #request<Entity extends Company | User>(
    followed: Following<Entity>,
    keys: Keys,
    { signal }: RequestOptions,
  ): Promise<Entity> {
    const { state } = this.client;
    // In a listener of the loss, what is asked is not to join what is lost with it.
    if (state !== this.#entered) this.#enter(state);
    const answer = followed.find(keys, signal);
    // Who asks ahead of time, to have it later, does not wait for the answer.
    answer.catch(nothing);
    if (state.status === 'closed') this.#enter(state);
    return answer;
  }

  /** Applies one message, and tells of what it has changed, also when a part of it could not be applied. */
  #receive(message: DatastreamMessage): void {
    try {
      // Every JSON value arrives here.
      if (fieldsOf(message) === message) this.#apply(message);
    } finally {
      this.#commit();
    }
  }

  #apply(message: DatastreamMessage): void {
    const { entity_type, message_type, data, stream_id } = message;
    if (message_type === 'reload') return this.#reload();
    const isError = message_type === 'error';
    const { entity_type: named, keys } = isError ? fieldsOf(data) : message;
    const type = isError && named ? named : entity_type;
    const source = this.#sources.find((each) => each.types.includes(type));
    if (isError) source?.refuse?.(keys);
    else if (source) follow(source.cursor, stream_id, () => source.apply(message));
  }

  /** The server cannot replay what was missed. It may say so once for each type. */
  #reload(): void {
    for (const { cursor, reload } of this.#sources) {
      reload();
      cursor.id = undefined;
      cursor.isHeld = false;
    }
    this.#askAgain();
  }

  /** All that is held may have changed unseen, and what could not be applied is going to be sent again. */
  #doubt(): void {
    for (const source of this.#sources) {
      source.cursor.isHeld = false;
      source.doubt();
    }
  }

  async #makeReady(context: ReadyContext): Promise<void> {
    this.#isOverdue = false;
    this.#ask();
    await this.#room.wait(() => !this.#isStale || (this.#isOverdue && this.#flags.isFresh()), nothing, context);
  }

  /** Asks for all that is not fresh, and again in a while for what then still is not. */
  #ask(): void {
    for (const source of this.#sources) source.ask();
    this.#askAgain();
  }

  #askAgain(): void {
    const { clock } = this.#settings;
    this.#stopAsking();
    this.#stopAsking = deadline(clock, this.#patience, () => {
      this.#isOverdue = true;
      // A server may take the replay of what was missed for an answer.
      if (!this.#flags.isFresh()) this.#flags.cursor.id = undefined;
      this.#ask();
      this.#commit();
    });
  }

  #send(request: DatastreamRequest): boolean {
    if (!this.client.isConnected()) return false;
    // What cannot be sent ends the connection, and with it the request.
    this.client.sendMessage(request).catch(nothing);
    return true;
  }

  #enter(state: ConnectionState): void {
    this.#entered = state;
    if (state.status === 'initializing' || state.status === 'ready') return;
    const isEnd = state.status === 'closed';
    this.#stopAsking();
    this.#doubt();
    for (const source of this.#sources) source.lose?.(lossError(state), isEnd);
    // Nobody is told of changes any more, but, at once, that all is stale.
    if (isEnd) this.#news.dismiss();
    this.#commit();
  }

  /** Draws the conclusions of a change, and announces it, after those that are being announced. */
  #commit(): void {
    const isFresh = this.#sources.every((source) => source.isFresh());
    if (isFresh === this.#isStale) {
      this.#news.changed();
      // Whatever brought the doubt up, somebody has to ask again if no answer comes.
      if (!isFresh && this.client.isConnected()) this.#askAgain();
    }
    this.#isStale = !isFresh;
    if (isFresh) this.#stopAsking();
    this.#room.look();
    this.#news.announce();
  }
}

/** The client as what hears and tells of the store's events too. */
interface Announces {
  on<Type extends keyof DatastreamStoreEvents>(type: Type, listener: Listener<DatastreamStoreEvents[Type]>): Cancel;
  once<Type extends keyof DatastreamStoreEvents>(type: Type, listener: Listener<DatastreamStoreEvents[Type]>): Cancel;
  off<Type extends keyof DatastreamStoreEvents>(type: Type, listener: Listener<DatastreamStoreEvents[Type]>): void;
}

/** How a company or user is asked for. */
export interface RequestOptions {
  /** Takes the call back: it rejects with `ABORTED`. */
  signal?: Signal;
}

function lossError(state: ConnectionState): DatastreamError {
  const isEnd = state.status === 'closed';
  const cause = 'error' in state ? state.error : undefined;
  return new DatastreamError(isEnd ? 'CLIENT_CLOSED' : 'CONNECTION_CLOSED', `No answer: ${state.status} now`, {
    cause,
    retryable: !isEnd,
  });
}
