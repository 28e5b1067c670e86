import { performance } from 'node:perf_hooks';
import { DatastreamStore, VERSION } from 'schematic-datastream-ws';
import { Backlog, nameOf, updateOf } from './updates.mjs';

// A server that was never reached is likely never to be: an outage later on gets the patience of the client.
const FIRST_ATTEMPTS = 3;
// In milliseconds: how long an answer may take when all is over.
const LAST_ANSWER = 500;
const NOBODY = { id: 'user_nobody' };

/** One store that follows what it was asked to, tells of all that happens to it, and counts. */
export class Session {
  #store;
  #follows;
  #tell = () => undefined;
  #failed = () => undefined;
  /** What has changed while it was not ready. */
  #backlog = new Backlog();
  #startedAt = performance.now();
  #readySince;
  #staleSince;
  #account = {
    states: {},
    messages: {},
    updates: { flag: 0, company: 0, user: 0 },
    caughtUp: 0,
    errors: {},
    readyFor: 0,
  };

  /**
   * @param settings where to connect, what to follow, and options of the store
   * @throws InvalidOptionError
   */
  constructor({ follows, ...options }) {
    this.#follows = follows;
    this.#store = new DatastreamStore({
      ...options,
      // Short enough to have measured a round trip by the end.
      pingInterval: 2_000,
      pongTimeout: 10_000,
      connectionReadyHandler: (context) => this.#follow(context),
      shouldReconnect: (_loss, attempt) => (this.#readied === 0 && attempt > FIRST_ATTEMPTS ? false : undefined),
    });
    this.#store.on('message', ({ message_type: type }) => count(this.#account.messages, type));
    this.#store.on('change', (change) => this.#changed(change));
    this.#store.on('version', () => this.#tellFresh());
    this.#store.on('state', (state) => this.#entered(state));
    this.#store.on('error', (error) => this.#erred(error));
  }

  /** What is about to happen. */
  get plan() {
    return { version: VERSION, url: this.#store.client.url, follows: this.#follows };
  }

  /** `tell` hears of everything; `failed` is called when the client gives up by itself. */
  start(tell, failed) {
    this.#tell = tell;
    this.#failed = failed;
    this.#startedAt = performance.now();
    this.#store.start();
  }

  /** All that is held, once nothing is on its way any more; nothing where that cannot be known. */
  async whenCurrent() {
    // The server answers in order: behind everything that it has sent.
    const { code } = await this.#store
      .user(NOBODY, { signal: AbortSignal.timeout(LAST_ANSWER) })
      .catch((error) => error);
    return code === 'NOT_FOUND' && !this.#store.stale ? this.#store.snapshot() : undefined;
  }

  /** Closes the store and gives the account of what it did. */
  async close() {
    // The round trip belongs to the connection, which is about to end.
    const { roundTripTime = null } = this.#store.client.stats();
    const { state } = this.#store.client;
    await this.#store.close();
    return {
      seconds: secondsSince(this.#startedAt),
      ...this.#account,
      readyFor: Math.round(this.#account.readyFor * 1_000) / 1_000,
      readied: this.#readied,
      holds: this.#counts,
      error: state.status === 'closed' && state.error ? inWords(state.error) : null,
      lastLoss: state.status === 'waiting' ? inWords(state.error) : null,
      stats: { ...this.#store.client.stats(), roundTripTime },
    };
  }

  get #readied() {
    return this.#account.states['ready'] ?? 0;
  }

  get #counts() {
    return Object.fromEntries(Object.entries(this.#store.snapshot()).map(([kind, { length }]) => [kind, length]));
  }

  /** Has flags by then, and all that was followed before; whatever is not there yet is asked for. */
  async #follow({ signal }) {
    const named = this.#follows.filter(({ keys }) => keys);
    await Promise.all(
      named.map(({ entity, keys }) =>
        this.#store[entity](keys, { signal }).catch((error) => {
          if (!signal.aborted) this.#tell({ type: 'refusal', entity, keys, ...inWords(error) });
        }),
      ),
    );
  }

  #changed(change) {
    if (!this.#store.client.isReady()) return this.#backlog.add(change);
    const update = updateOf(change);
    this.#account.updates[update.entity]++;
    this.#tell(update);
  }

  #entered(state) {
    count(this.#account.states, state.status);
    const { status, attempt, delay, error } = state;
    const wasReadyFor = this.#readySince === undefined ? undefined : secondsSince(this.#readySince);
    this.#readySince = status === 'ready' ? performance.now() : undefined;
    this.#account.readyFor += wasReadyFor ?? 0;
    if (status === 'ready') this.#catchUp();
    this.#tell({ type: 'state', status, attempt, delay, error: error && inWords(error), wasReadyFor });
    if (wasReadyFor !== undefined && status !== 'closed') this.#tellStale();
    if (status === 'closed' && error) this.#failed();
  }

  /** Tells what there is or, once that is known, what is different now. */
  #catchUp() {
    const updates = this.#backlog.take();
    const again = this.#readied > 1;
    if (again) this.#account.caughtUp += updates.length;
    this.#tell({ type: 'snapshot', again, ...(again ? { counts: this.#counts, updates } : this.#portraits()) });
  }

  #portraits() {
    const { flags, companies, users } = this.#store.snapshot();
    const named = (entity) => ({ name: nameOf(entity, entity.id), ...entity });
    return { flags, companies: companies.map(named), users: users.map(named) };
  }

  #tellStale() {
    this.#staleSince = performance.now();
    this.#tell({ type: 'freshness', stale: true, counts: this.#counts });
  }

  #tellFresh() {
    if (this.#store.stale || this.#staleSince === undefined) return;
    const wasStaleFor = secondsSince(this.#staleSince);
    this.#staleSince = undefined;
    this.#tell({ type: 'freshness', stale: false, wasStaleFor });
  }

  #erred(error) {
    count(this.#account.errors, error.code);
    this.#tell({ type: 'error', ...inWords(error) });
  }
}

function count(counts, name) {
  counts[name] = (counts[name] ?? 0) + 1;
}

function inWords({ code, message, retryable, closeCode, httpStatus }) {
  return { code, message, retryable, closeCode, httpStatus };
}

function secondsSince(start) {
  return Math.round(performance.now() - start) / 1_000;
}
