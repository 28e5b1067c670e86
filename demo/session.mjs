import { performance } from 'node:perf_hooks';
import { DatastreamClient, VERSION } from 'schematic-datastream-ws';
import { Replica } from './replica.mjs';

const ENTITY_TYPES = { flags: 'rulesengine.Flags', company: 'rulesengine.Company', user: 'rulesengine.User' };
// A server that was never reached is likely never to be: an outage later on gets the patience of the client.
const FIRST_ATTEMPTS = 3;

/** One client that follows what it was asked to, tells of all that happens, and counts. */
export class Session {
  #client;
  #follows;
  #tell = () => undefined;
  #replica = new Replica();
  /** What was asked for on this connection and has not come yet. */
  #unanswered = [];
  #allAnswered = () => undefined;
  #failed = () => undefined;
  #startedAt = performance.now();
  #readySince;
  #account = {
    states: {},
    snapshots: 0,
    updates: { flag: 0, company: 0, user: 0 },
    others: 0,
    errors: {},
    readyFor: 0,
  };

  /**
   * @param settings where to connect, what to follow, and options of the client
   * @throws InvalidOptionError
   */
  constructor({ follows, ...options }) {
    this.#follows = follows;
    this.#client = new DatastreamClient({
      ...options,
      // Short enough to have measured a round trip by the end.
      pingInterval: 2_000,
      pongTimeout: 10_000,
      messageHandler: (message) => this.#received(message),
      connectionReadyHandler: () => this.#request(),
      shouldReconnect: (_loss, attempt) => (this.#readied === 0 && attempt > FIRST_ATTEMPTS ? false : undefined),
    });
    this.#client.on('state', (state) => this.#changed(state));
    this.#client.on('error', (error) => this.#erred(error));
  }

  /** What is about to happen. */
  get plan() {
    return { version: VERSION, url: this.#client.url, follows: this.#follows };
  }

  /** `tell` hears of everything; `failed` is called when the client gives up by itself. */
  start(tell, failed) {
    this.#tell = tell;
    this.#failed = failed;
    this.#startedAt = performance.now();
    this.#client.start();
  }

  /** Closes the client and gives the account of what it did. */
  async close() {
    // The round trip belongs to the connection, which is about to end.
    const { roundTripTime = null } = this.#client.stats();
    const state = this.#client.state;
    await this.#client.close();
    return {
      seconds: secondsSince(this.#startedAt),
      ...this.#account,
      readyFor: Math.round(this.#account.readyFor * 1_000) / 1_000,
      readied: this.#readied,
      error: state.status === 'closed' && state.error ? inWords(state.error) : null,
      lastLoss: state.status === 'waiting' ? inWords(state.error) : null,
      stats: { ...this.#client.stats(), roundTripTime },
    };
  }

  get #readied() {
    return this.#account.states['ready'] ?? 0;
  }

  /** Asks for everything anew on each connection, and lets it count as ready once all is answered. */
  async #request() {
    this.#unanswered = [...this.#follows];
    const answered = new Promise((resolve) => (this.#allAnswered = resolve));
    for (const { entity, keys } of this.#follows) {
      await this.#client.sendMessage({ data: { action: 'start', entity_type: ENTITY_TYPES[entity], keys } });
    }
    await answered;
  }

  #received(message) {
    const answer = this.#unanswered.findIndex((subject) => isAnswer(message, subject));
    if (answer >= 0) this.#unanswered.splice(answer, 1);
    const event = this.#replica.apply(message, answer >= 0);
    if (event.type === 'snapshot') this.#account.snapshots++;
    else if (event.type === 'update') this.#account.updates[event.entity]++;
    else this.#account.others++;
    this.#tell(event);
    if (this.#unanswered.length === 0) this.#allAnswered();
  }

  #changed(state) {
    const { states } = this.#account;
    states[state.status] = (states[state.status] ?? 0) + 1;
    const { status, attempt, delay, error } = state;
    const wasReadyFor = this.#readySince === undefined ? undefined : secondsSince(this.#readySince);
    this.#readySince = status === 'ready' ? performance.now() : undefined;
    this.#account.readyFor += wasReadyFor ?? 0;
    this.#tell({ type: 'state', status, attempt, delay, error: error && inWords(error), wasReadyFor });
    if (status === 'closed' && error) this.#failed();
  }

  #erred(error) {
    const { errors } = this.#account;
    errors[error.code] = (errors[error.code] ?? 0) + 1;
    this.#tell({ type: 'error', ...inWords(error) });
  }
}

/** Whether a message is what this request leads to: the whole, or the news that there is none. */
function isAnswer({ data, entity_type, message_type }, { entity, keys }) {
  if (message_type === 'error') return data?.entity_type === ENTITY_TYPES[entity] && covers(data.keys, keys);
  return (
    entity_type === ENTITY_TYPES[entity] && message_type !== 'partial' && covers({ id: data?.id, ...data?.keys }, keys)
  );
}

/** Servers fold the case of what they look up. An error need not say whom it is about. */
function covers(found, wanted = {}) {
  const fold = (value) => String(value).toLowerCase();
  return Object.entries(wanted).every(([key, value]) => !found || fold(found[key]) === fold(value));
}

function inWords({ code, message, retryable, closeCode, httpStatus }) {
  return { code, message, retryable, closeCode, httpStatus };
}

function secondsSince(start) {
  return Math.round(performance.now() - start) / 1_000;
}
