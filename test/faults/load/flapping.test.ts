import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DatastreamClient, type WaitingState } from '../../../src';
import { backoff } from '../../../src/backoff';
import { FakePlatform } from '../../../src/testing/fakes';
import { recordFault } from '../../support/fault-ledger';
import { Marker } from '../../support/marker';
import { seeded } from '../../support/seeded';
import { slope } from '../../support/slope';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** The defaults, which the ladder of this day is computed from. */
const WINDOW = { min: SECOND, max: 30 * SECOND };
const STABLE_AFTER = 10 * SECOND;
const SAMPLES_AN_HOUR = 4;
/** Hours in which code is compiled and caches are filled. */
const WARM_UP = 4;
/** What a flap may leave on the heap, in bytes: the engine keeps some of it for itself; an error that is kept has 4 000. */
const ALLOWANCE = 200;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A day in which a server comes and goes, by the client's own clock. */
class Day {
  readonly marker = new Marker();
  readonly platform: FakePlatform;
  readonly client: DatastreamClient<unknown>;
  readonly #abort = new AbortController();
  readonly #chance = seeded(24);
  flaps = 0;
  sent = 0;
  received = 0;
  outOfOrder = 0;
  /** How the waits were not those of the ladder. */
  readonly surprises: string[] = [];
  /** What was held at each moment at which the client had just become ready. */
  readonly held = new Set<string>();
  /** The place in every window, drawn when a count of attempts starts. */
  #phase = 0;
  #waits = 0;
  /** The dial under way, counted from the start of the count. */
  #dial = 1;
  #waited: WaitingState | undefined;

  constructor() {
    const luck = seeded(1);
    this.platform = new FakePlatform({ page: true, chance: () => (this.#phase = luck()) });
    this.client = new DatastreamClient<unknown>({
      url: 'wss://example.com',
      ...this.marker.options,
      platform: this.platform,
      signal: this.#abort.signal,
      maxReconnectAttempts: Infinity,
      connectionReadyHandler: () => undefined,
      messageHandler: (n) => {
        if (n !== this.received) this.outOfOrder += 1;
        this.received += 1;
      },
    });
    this.client.on('waiting', (state) => (this.#waited = state));
  }

  get resources(): string {
    const { clock, page, liveSockets } = this.platform;
    const signal = getEventListeners(this.#abort.signal, 'abort').length;
    return `${clock.timers} timers, ${page?.watchers} on the page, ${signal} on the signal, ${liveSockets.length} sockets`;
  }

  /** Goes on from a dial to the next one: what becomes of the dial, how it is lost, and the wait. */
  async flap(): Promise<void> {
    const lived = await this.#connect();
    this.#expectWait(lived >= STABLE_AFTER);
    this.flaps += 1;
    this.#pass(this.#waited?.delay ?? 0);
    // The sockets of the past are the fake's own memory.
    this.platform.sockets.splice(0, this.platform.sockets.length - 1);
  }

  /** How long the connection was ready, in milliseconds; 0 when it never was. */
  async #connect(): Promise<number> {
    const { socket } = this.platform;
    const fate = this.#chance();
    if (fate < 0.1) socket.refuse(503);
    else if (fate < 0.2) socket.fail(new Error('ECONNREFUSED'));
    else if (fate < 0.25) this.#pass(30 * SECOND);
    else return this.#live();
    return 0;
  }

  async #live(): Promise<number> {
    const { socket } = this.platform;
    socket.accept();
    await this.client.ready();
    const since = this.platform.clock.now();
    this.#pass(100);
    this.held.add(this.resources);
    // Half of the connections end before they count as stable.
    for (let part = 0; part < 3; part += 1) {
      this.#pass(this.#chance() * 0.6 * STABLE_AFTER);
      socket.deliver(this.sent++);
    }
    const end = this.#chance();
    if (end < 0.1) this.#pass(61 * SECOND);
    else socket.drop(end < 0.5 ? 1006 : 1012);
    return (this.#waited?.retryAt ?? 0) - (this.#waited?.delay ?? 0) - since;
  }

  #expectWait(wasStable: boolean): void {
    if (wasStable) this.#dial = this.#waits = 0;
    this.#waits += 1;
    this.#dial += 1;
    const delay = Math.round(backoff(this.#waits, { phase: this.#phase, ...WINDOW }));
    const waited = this.#waited;
    if (waited?.delay === delay && waited.attempt === this.#dial && this.client.state === waited) return;
    this.surprises.push(
      `flap ${this.flaps}: ${waited?.delay} ms before dial ${waited?.attempt}, not ${delay} before ${this.#dial}`,
    );
  }

  #pass(milliseconds: number): void {
    this.platform.clock.advance(milliseconds);
  }
}

test('a day of flapping follows the ladder, and leaves nothing behind', async () => {
  const day = new Day();
  const { clock } = day.platform;
  const start = clock.now();
  const heap: number[] = [];
  let flapsBefore = 0;
  day.client.start();
  for (let sample = 1; sample <= 24 * SAMPLES_AN_HOUR; sample += 1) {
    while (clock.now() - start < (sample * HOUR) / SAMPLES_AN_HOUR) await day.flap();
    // Also while nothing is measured: what the tests before this one have left goes in more than one collection.
    collectGarbage();
    if (sample < WARM_UP * SAMPLES_AN_HOUR) flapsBefore = day.flaps;
    else heap.push(process.memoryUsage().heapUsed);
  }
  const flapsPerSample = (day.flaps - flapsBefore) / heap.length;
  const bytes = slope(heap) / flapsPerSample;
  console.info(`24 hours: ${day.flaps} flaps, ${bytes.toFixed(0)} B on the heap each`);
  const { flaps, sent, received, outOfOrder, surprises } = day;
  const lost = sent - received;
  recordFault({
    fault: '24 hours of flapping',
    injected: flaps,
    survived: flaps,
    sent,
    lost,
    outOfOrder,
    duplicated: 0,
  });

  expect(surprises).toEqual([]);
  expect(flaps).toBeGreaterThan(2_000);
  expect({ lost, outOfOrder }).toEqual({ lost: 0, outOfOrder: 0 });
  expect([...day.held]).toEqual(['1 timers, 1 on the page, 1 on the signal, 1 sockets']);
  expect(bytes).toBeLessThan(ALLOWANCE);

  const closed = day.client.close();
  clock.advance(100);
  await closed;
  expect(day.resources).toBe('0 timers, 0 on the page, 0 on the signal, 0 sockets');
  expect([day.marker.searched > flaps, day.marker.leaks]).toEqual([true, []]);
}, 60_000);
