import { clearTimeout, setTimeout } from 'node:timers';
import { COMPANIES, companyMetric } from './data.mjs';

/** The key of the pages, and theirs alone: rejecting it ends no client but theirs. */
export const PAGE_KEY = 'page-key';

// Times in milliseconds, at the usual speed.
const RESTART_TAKES = 3_000;
const REFUSAL_LASTS = 6_000;
const REJECTION_LASTS = 6_000;
const REJECTION_DELAY = 300;
const TRY_AGAIN_LATER = 1013;
const UNAUTHORIZED = 4001;
const BURST = 10_000;

/** What a page can make the server do to its clients; each ends by itself. */
export class Misbehaviour {
  #server;
  #restart;
  #speed;
  #tell;
  #timers = new Map();
  #ways = new Map([
    ['drop', () => this.#drop()],
    ['restart', () => this.#restart(RESTART_TAKES / this.#speed)],
    ['refuse', () => this.#refuse()],
    ['silence', () => this.#fallSilent()],
    ['burst', () => this.#burst()],
    ['bad-key', () => this.#rejectKey()],
  ]);

  /**
   * @param server the `DatastreamServer`
   * @param {{ speed: number, restart: (downFor: number) => void, tell: (event: object) => void }} stage
   */
  constructor(server, { speed, restart, tell }) {
    this.#server = server;
    this.#speed = speed;
    this.#restart = restart;
    this.#tell = tell;
  }

  /** Begins it, and returns whether there is such a thing. */
  begin(what) {
    const way = this.#ways.get(what);
    way?.();
    return way !== undefined;
  }

  stop() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #drop() {
    this.#tell({ type: 'server', action: 'drops' });
    this.#server.faults.terminateAll();
  }

  #refuse() {
    const lasts = REFUSAL_LASTS / this.#speed;
    this.#tell({ type: 'server', action: 'refuses', status: 503, lasts });
    this.#server.faults.refuseUpgrades({ status: 503 });
    this.#server.faults.closeAll(TRY_AGAIN_LATER, 'overloaded');
    this.#endAfter(lasts, 'refusal', () => this.#server.faults.clear());
  }

  /** Only the connections of now: the next ones are well, which is how the clients get over it. */
  #fallSilent() {
    this.#tell({ type: 'server', action: 'silent' });
    this.#server.faults.silenceAll();
  }

  /**
   * Counts so many calls of the API one at a time for the pages, and as a single change for the client of the demo, which
   * would fill the terminal with them.
   */
  #burst() {
    this.#tell({ type: 'server', action: 'bursts', messages: BURST });
    const counted = COMPANIES.map(({ id }) => ({ id, from: this.#callsOf(id) }));
    const share = BURST / counted.length;
    for (let step = 1; step < share; step++) {
      for (const { id, from } of counted) this.#pushToPages(partialWith(id, from + step));
    }
    for (const { id, from } of counted) this.#server.updateCompany(id, partialWith(id, from + share).data);
  }

  #rejectKey() {
    const lasts = REJECTION_LASTS / this.#speed;
    this.#tell({ type: 'server', action: 'rejects', lasts });
    // A page cannot see the 401 that other clients would get.
    this.#server.rejectKeys('close', REJECTION_DELAY);
    this.#server.acceptKeys((key) => key !== PAGE_KEY);
    for (const connection of this.#pages) connection.close(UNAUTHORIZED, 'unauthorized');
    this.#endAfter(lasts, 'rejection', () => this.#server.acceptKeys(() => true));
  }

  get #pages() {
    return this.#server.connections.filter(({ apiKey }) => apiKey === PAGE_KEY);
  }

  #pushToPages(message) {
    for (const connection of this.#pages) connection.push(message);
  }

  #callsOf(id) {
    return this.#server.company(id).metrics.find(({ event_subtype }) => event_subtype === 'api-calls').value;
  }

  #endAfter(lasts, what, end) {
    clearTimeout(this.#timers.get(what));
    this.#timers.set(what, setTimeout(end, lasts));
  }
}

function partialWith(id, calls) {
  const data = { id, metrics: [companyMetric(id, 'api-calls', calls)] };
  return { data, entity_id: id, entity_type: 'rulesengine.Company', message_type: 'partial' };
}
