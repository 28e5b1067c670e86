import { isDeepStrictEqual } from 'node:util';
import { DatastreamStore, type StoreChange, type StoreSnapshot } from '../../src';
import { FakePlatform } from '../../src/testing/fakes';
import type { Fields } from '../../src/testing/server/entities';
import { find, isNamed, ModelServer, type World } from './model-server';

export type Kind = 'company' | 'user';
export type Keys = Record<string, string>;

export const IDS = { company: ['co_1', 'co_2', 'co_3'], user: ['user_1', 'user_2'] };
const OPTIONS = { url: 'wss://example.com/datastream', apiKey: 'key' };
const REFUSALS = ['NOT_FOUND', 'REQUEST_TIMEOUT', 'CONNECTION_CLOSED', 'KEY_CONFLICT', 'ABORTED', 'CLIENT_CLOSED'];
const COLLECTIONS: Fields = {
  billing_product_ids: [],
  credit_balances: {},
  entitlements: [],
  keys: {},
  metrics: [],
  plan_ids: [],
  plan_version_ids: [],
  rules: [],
  traits: [],
};

/** A request of client code, and how it ended, each time it did. */
interface Asked {
  kind: Kind;
  keys: Keys;
  forgotten: boolean;
  ends: { entity?: Fields; code?: string }[];
}

/** A store, the server it follows, and client code that asks, forgets and listens. */
export class ModelWalk {
  readonly platform = new FakePlatform();
  readonly server: ModelServer;
  readonly store: DatastreamStore;
  /** What the change events say is held: replayed onto nothing. */
  readonly replayed = {
    flag: new Map<string, object>(),
    company: new Map<string, object>(),
    user: new Map<string, object>(),
  };
  /** What was wrong with an event or an answer, at the moment it came. */
  readonly problems: string[] = [];
  /** What a reader that comes now and then makes of `changes()`. */
  readonly heard = new Map<string, object>();
  /** How many changes were announced. */
  changes = 0;
  readonly #asked: Asked[] = [];
  #reader: AsyncIterableIterator<StoreChange> | undefined;
  /** What was given up last, and how much had been asked by then. */
  #forgotten: { ids: (string | undefined)[]; sent: number } = { ids: [], sent: 0 };
  /** All that was ever announced, as it was then: nothing may change it afterwards. */
  readonly #announced = new Map<object, string>();

  constructor(options: { pageSize: number; replayWindow: number }) {
    this.server = new ModelServer(this.platform, { companyIds: IDS.company, userIds: IDS.user, ...options });
    this.store = new DatastreamStore({
      ...OPTIONS,
      platform: this.platform,
      maxReconnectAttempts: Infinity,
    });
    this.store.on('change', (change) => this.#replay(change));
    this.#reader = this.store.changes();
  }

  population(kind: Kind): ModelServer['replica']['companies'] {
    return kind === 'company' ? this.server.replica.companies : this.server.replica.users;
  }

  ask(kind: Kind, keys: Keys, signal?: AbortSignal): void {
    const asked: Asked = { kind, keys, forgotten: false, ends: [] };
    this.#asked.push(asked);
    const request = kind === 'company' ? this.store.company(keys, { signal }) : this.store.user(keys, { signal });
    request.then(
      (entity) => this.#end(asked, { entity: { ...entity } }),
      (error: unknown) => this.#end(asked, { code: String((error as { code?: unknown }).code) }),
    );
  }

  start(how: 'start' | 'reconnect' = 'start'): void {
    if (how === 'start') this.store.start();
    else this.store.client.reconnect();
    // A reader ends with the store that it reads of; the next begins with what is held then.
    if (this.#reader) return;
    this.#reader = this.store.changes();
    this.heard.clear();
    for (const [id, entity] of this.#snapshot()) this.heard.set(id, entity);
  }

  /** The slow reader takes one change, when there is one. */
  hear(): void {
    void this.#reader?.next().then(({ done, value }) => !done && this.#note(value));
  }

  /** Closes the store; what the slow reader has missed, it reads now. */
  async close(): Promise<void> {
    const closed = this.store.close();
    this.platform.clock.advance(80);
    await closed;
    for await (const change of this.#reader ?? []) this.#note(change);
    this.#reader = undefined;
  }

  forget(keys: Keys): void {
    const isAwaited = this.#asked.some(({ ends }) => ends.length === 0);
    const given = { company: this.store.peekCompany(keys)?.id, user: this.store.peekUser(keys)?.id };
    for (const asked of this.#asked) {
      if (asked.ends.some(({ entity }) => entity && entity['id'] === given[asked.kind])) asked.forgotten = true;
    }
    this.store.forget(keys);
    this.#forgotten = { ids: isAwaited ? [] : Object.values(given), sent: this.#sent() };
  }

  held(kind: keyof ModelWalk['replayed']): ReadonlyMap<string, Fields> {
    return this.replayed[kind] as ReadonlyMap<string, Fields>;
  }

  /** What does not hold now, and always should. */
  broken(): string[] {
    return [...this.problems, ...this.#misread(), ...this.#misled(), ...this.#mutated()];
  }

  /** Requests that ended twice, or after everything never. */
  unsettled(): string[] {
    return this.#asked
      .filter(({ ends }) => ends.length !== 1)
      .map(({ kind, keys, ends }) => `${kind} ${JSON.stringify(keys)} ended ${ends.length} times`);
  }

  /** Where the slow reader, or a store that starts warm, does not hold what this one holds. */
  diverged(): string[] {
    const problems = isDeepStrictEqual(this.heard, this.#snapshot()) ? [] : ['changes() led elsewhere'];
    const initial = JSON.parse(JSON.stringify(this.store.snapshot())) as StoreSnapshot;
    const warm = new DatastreamStore({ ...OPTIONS, platform: new FakePlatform(), initial });
    if (!warm.stale || !isDeepStrictEqual(warm.snapshot(), this.store.snapshot()))
      problems.push('a warm start differs');
    return problems;
  }

  /** Where reading and the change events disagree. */
  #misread(): string[] {
    const { store } = this;
    const problems: string[] = [];
    if (!isDeepStrictEqual(new Map(store.flags), this.replayed.flag)) problems.push('the flags are not as announced');
    for (const [key, flag] of this.replayed.flag) {
      if (store.flag(key) !== flag) problems.push(`flag ${key} is not as announced`);
    }
    for (const kind of ['company', 'user'] as const) {
      const peek = (keys: Keys) => (kind === 'company' ? store.peekCompany(keys) : store.peekUser(keys));
      for (const id of IDS[kind]) {
        if (peek({ id }) !== this.replayed[kind].get(id)) problems.push(`${kind} ${id} is not as announced`);
      }
      for (const name of ['slug', 'crm', '__proto__', 'constructor']) {
        for (const value of ['acme', 'zeta', 'omega']) {
          const found = peek(Object.fromEntries([[name, value]]));
          if (found && !isNamed(found, name, value)) problems.push(`${kind} found by ${name}=${value}, which it lost`);
          const named = [...this.held(kind).values()].filter((each) => isNamed(each, name, value));
          if (!found && named.length === 1) problems.push(`${kind} not found by its ${name}=${value}`);
        }
      }
    }
    return problems;
  }

  /** Where a store that says it is fresh does not hold what the server held when it sent the last frame. */
  #misled(): string[] {
    const { known } = this.server;
    if (this.store.stale) return [];
    if (!known) return ['fresh before anything came'];
    const problems: string[] = [];
    const compare = (name: string, held: ReadonlyMap<string, Fields>, there: ReadonlyMap<string, Fields>) => {
      for (const [id, entity] of held) {
        const expected = there.get(id);
        if (!expected) problems.push(`${name} ${id} is held, and gone from the server`);
        else if (!isDeepStrictEqual(normal(entity), normal(expected))) {
          problems.push(`${name} ${id} is ${JSON.stringify(entity)}, at the server ${JSON.stringify(expected)}`);
        }
      }
    };
    compare('flag', this.held('flag'), known.flags);
    compare('company', this.held('company'), known.companies);
    compare('user', this.held('user'), known.users);
    for (const key of known.flags.keys()) if (!this.replayed.flag.has(key)) problems.push(`flag ${key} is missing`);
    return problems;
  }

  #mutated(): string[] {
    return [...this.#announced].flatMap(([entity, was]) =>
      JSON.stringify(entity) === was ? [] : [`${was} was changed in place to ${JSON.stringify(entity)}`],
    );
  }

  #end(asked: Asked, end: Asked['ends'][number]): void {
    asked.ends.push(end);
    const { entity, code } = end;
    const { known } = this.server;
    if (code === 'NOT_FOUND' && known && find(worldOf(known, asked.kind), asked.keys) !== undefined) {
      this.problems.push(`${asked.kind} ${JSON.stringify(asked.keys)} was not found, but the server has it`);
    }
    const named = entity && Object.entries(asked.keys).some(([name, value]) => isNamed(entity, name, value));
    if (entity ? !named : !REFUSALS.includes(code ?? '')) {
      this.problems.push(`${asked.kind} ${JSON.stringify(asked.keys)} got ${JSON.stringify(end)}`);
    }
  }

  #replay({ entityType, id, previous, current }: StoreChange): void {
    const kind = (['flag', 'company', 'user'] as const).find((each) => entityType.toLowerCase().endsWith(each));
    if (!kind) return void this.problems.push(`a change of ${entityType}`);
    const name = `${kind} ${id}`;
    this.changes += 1;
    if (this.replayed[kind].get(id) !== previous) this.problems.push(`${name} changed from what it was not`);
    if (isDeepStrictEqual(previous, current)) this.problems.push(`${name} was announced without a change`);
    if (previous && current) this.problems.push(...movedParts(name, previous, current));
    if (!current) {
      this.replayed[kind].delete(id);
      if (previous && kind !== 'flag') this.#judgeRemoval(kind, id);
      return;
    }
    if (!previous && this.#forgotten.ids.includes(id) && this.#forgotten.sent === this.#sent()) {
      this.problems.push(`${name} came back, though nobody asked`);
    }
    this.replayed[kind].set(id, current);
    this.#announced.set(current, JSON.stringify(current));
  }

  #sent(): number {
    return this.platform.sockets.reduce((sum, { sent }) => sum + sent.length, 0);
  }

  #snapshot(): Map<string, object> {
    const { flags, companies, users } = this.store.snapshot();
    return new Map<string, object>([
      ...flags.map((each) => [each.key, each] as const),
      ...[...companies, ...users].map((each) => [each.id, each] as const),
    ]);
  }

  #note({ id, current }: StoreChange): void {
    if (current) this.heard.set(id, current);
    else this.heard.delete(id);
  }

  /** An entity goes only when the server no longer has it, or no longer by any name that client code asked with. */
  #judgeRemoval(kind: Kind, id: string): void {
    const there = worldOf(this.server.known ?? this.server.world, kind);
    const wanted = this.#asked.find(
      (asked) => asked.kind === kind && !asked.forgotten && asked.ends.some(({ entity }) => entity?.['id'] === id),
    );
    if (wanted && find(there, wanted.keys) === id) {
      this.problems.push(`${kind} ${id} was removed, but the server has it as ${JSON.stringify(wanted.keys)}`);
    }
  }
}

function worldOf(world: World, kind: Kind): ReadonlyMap<string, Fields> {
  return kind === 'company' ? world.companies : world.users;
}

/** Parts that are new objects although nothing in them changed. */
function movedParts(name: string, previous: object, current: object): string[] {
  const before = new Map<string, unknown>(Object.entries(previous));
  return Object.entries(current).flatMap(([field, value]: [string, unknown]) => {
    const was = before.get(field);
    return was !== value && isDeepStrictEqual(was, value) ? [`${name}: a new object for the same ${field}`] : [];
  });
}

/** An entity with a collection that was never filled read as an empty one. */
function normal(entity: Fields): Fields {
  const filled = Object.entries(entity).map(([name, value]) => [name, value ?? COLLECTIONS[name] ?? null]);
  return { ...COLLECTIONS, ...(Object.fromEntries(filled) as Fields) };
}
