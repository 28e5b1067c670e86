import { DatastreamClient, type WaitingState, type DatastreamMessage } from '../../../src';
import { backoff } from '../../../src/backoff';
import { platform } from '../../../src/platform';
import { recordFault } from '../../support/fault-ledger';
import { Journal } from '../../support/journal';
import { Marker, markerKey } from '../../support/marker';
import { seeded } from '../../support/seeded';
import { FleetServer } from './fleet-server';

const CLIENTS = 1_000;
/** The ladder, faster than by default: 0.6 to 3 s, then 3 to 6. */
const DELAYS = { minReconnectDelay: 600, maxReconnectDelay: 6_000 };
const WINDOW = { min: DELAYS.minReconnectDelay, max: DELAYS.maxReconnectDelay };
/** Longer than the longest first wait, and than some second ones: the fleet climbs three steps of the ladder. */
const DOWN_FOR = 4_500;
/** Milliseconds of one bin of arrivals, and the part of the fleet that may come in one, however busy the machine is. */
const BIN = 100;
const LARGEST_SHARE = 1 / 3;

/** One client of the fleet, and what it knows. */
class Member {
  readonly id: string;
  readonly client: DatastreamClient;
  readonly waits: WaitingState[] = [];
  readonly numbers: number[] = [];
  /** What it last heard of its own company. */
  credits: unknown;
  /** Messages about the company of somebody else. */
  strayed = 0;
  #answered: () => void = () => undefined;

  constructor(index: number, url: string, random: () => number, marker: Marker, heard: (n: number) => void) {
    this.id = `co_${index}`;
    this.client = new DatastreamClient({
      url,
      ...DELAYS,
      ...marker.options,
      apiKey: markerKey(index),
      // Every loss starts a new count, as it does for clients that were connected for longer.
      stableAfter: 1,
      platform: { ...platform, random },
      messageHandler: (message) => this.#receive(message, heard),
      connectionReadyHandler: async () => {
        const answered = new Promise<void>((resolve) => (this.#answered = resolve));
        const keys = { slug: `company-${index}` };
        await this.client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Company', keys } });
        await answered;
      },
    });
    this.client.on('waiting', (state) => void this.waits.push(state));
  }

  #receive({ entity_type, entity_id, data }: DatastreamMessage, heard: (n: number) => void): void {
    if (entity_type === 'rulesengine.Company') {
      if (entity_id !== this.id) this.strayed += 1;
      this.credits = (data as { credits: unknown }).credits;
      this.#answered();
    } else {
      const { n } = data as { n: number };
      this.numbers.push(n);
      heard(n);
    }
  }
}

/** How many fall into each of `count` parts of a range. */
function histogram(values: readonly number[], from: number, to: number, count: number): number[] {
  const bins = Array<number>(count).fill(0);
  for (const value of values) {
    const bin = Math.min(count - 1, Math.floor(((value - from) / (to - from)) * count));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

/** The largest part of the arrivals that came within one bin. */
function largestShare(arrivals: readonly number[]): number {
  const first = Math.min(...arrivals);
  const bins = Math.ceil((Math.max(...arrivals) - first + 1) / BIN);
  return Math.max(...histogram(arrivals, first, first + bins * BIN, bins)) / arrivals.length;
}

/** How long the middle half of the arrivals took: a moment in which this process stood still does not change much of it. */
function middleHalf(arrivals: readonly number[]): number {
  const sorted = [...arrivals].sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor(part * sorted.length)] ?? NaN;
  return at(0.75) - at(0.25);
}

/** Arrivals that are spread over so many milliseconds; without jitter they are as close as one process can dial. */
function expectSpread(arrivals: readonly number[], window: number): void {
  expect(arrivals).toHaveLength(CLIENTS);
  expect(largestShare(arrivals)).toBeLessThanOrEqual(LARGEST_SHARE);
  expect(middleHalf(arrivals)).toBeGreaterThan(0.6 * (window / 2));
}

describe(`${CLIENTS} clients of one server, in one process`, () => {
  const marker = new Marker();
  const heard = new Journal<number>();
  const fleet: Member[] = [];
  let server: FleetServer;
  let pushes = 0;

  /** Pushes a message to everyone, and waits until everyone has it. */
  async function pushToAll(): Promise<void> {
    await server.push(pushes);
    pushes += 1;
    await heard.first(pushes * CLIENTS);
  }

  beforeAll(async () => {
    server = await FleetServer.start(CLIENTS);
    const random = seeded(1);
    for (let index = 0; index < CLIENTS; index += 1) {
      fleet.push(new Member(index, server.url, random, marker, heard.add));
    }
    for (const { client } of fleet) client.start();
    await Promise.all(fleet.map(({ client }) => client.ready()));
    await pushToAll();
  }, 60_000);

  afterAll(async () => {
    await Promise.all(fleet.map(({ client }) => client.close()));
    await server.stop();
  });

  /** Takes the fleet's connections away, and waits until all are back and have heard of it. */
  async function away(fault: string, credits: number, strike: () => Promise<void>) {
    const before = (await server.arrivals()).length;
    for (const { waits } of fleet) waits.length = 0;
    // Before the strike, since `ready()` of a client that has not noticed yet would resolve at once.
    const back = fleet.map(({ client }) => new Promise((resolve) => client.once('ready', resolve)));
    await strike();
    await Promise.all(back);
    await pushToAll();

    const survivors = fleet.filter(({ client, credits: held }) => client.isReady() && held === credits);
    const expected = Array.from({ length: pushes }, (_, n) => n);
    const missed = fleet.flatMap(({ numbers }) => expected.filter((n) => !numbers.includes(n)));
    const extra = fleet.reduce((sum, { numbers }) => sum + numbers.length - new Set(numbers).size, 0);
    const unordered = fleet.filter(({ numbers }) => numbers.some((n, at) => n < (numbers[at - 1] ?? 0)));
    recordFault({
      fault,
      injected: CLIENTS,
      survived: survivors.length,
      sent: CLIENTS,
      lost: missed.length,
      outOfOrder: unordered.length,
      duplicated: extra,
    });
    const arrivals = (await server.arrivals()).slice(before);
    const [share, half] = [(largestShare(arrivals) * 100).toFixed(1), middleHalf(arrivals)];
    console.info(`${fault}: at most ${share} % of the arrivals within ${BIN} ms, half of them within ${half} ms`);
    return { arrivals, expected };
  }

  async function expectRightStates(credits: number, expected: number[]): Promise<void> {
    expect(fleet.map(({ client }) => client.state.status)).toEqual(Array(CLIENTS).fill('ready'));
    expect(fleet.map((member) => member.credits)).toEqual(Array(CLIENTS).fill(credits));
    expect(fleet.map(({ numbers }) => numbers)).toEqual(Array(CLIENTS).fill(expected));
    expect(fleet.filter(({ strayed }) => strayed > 0)).toEqual([]);
    const following = new Map((await server.connections()).map(({ apiKey, subscriptions }) => [apiKey, subscriptions]));
    const own = fleet.map(({ id }, index) => [
      markerKey(index),
      [{ entity_type: 'rulesengine.Company', entity_id: id }],
    ]);
    expect(Object.fromEntries(following)).toEqual(Object.fromEntries(own) as unknown);
    expect((await server.connections()).length).toBe(CLIENTS);
  }

  test('are all back after all were dropped at once, spread over the first window of the ladder', async () => {
    const { arrivals, expected } = await away('1 000 clients dropped at once', 1, () => server.drop(1));

    await expectRightStates(1, expected);
    expect(fleet.map(({ waits }) => waits.map(({ attempt }) => attempt))).toEqual(Array(CLIENTS).fill([1]));
    const delays = fleet.flatMap(({ waits }) => waits.map(({ delay }) => delay));
    const firstWindow = [WINDOW.min, 5 * WINDOW.min] as const;
    expect(delays.every((delay) => delay >= firstWindow[0] && delay <= firstWindow[1])).toBe(true);
    // A tenth of the fleet in each tenth of the window, give or take five times what chance does.
    for (const tenth of histogram(delays, ...firstWindow, 10)) expect(Math.abs(tenth - CLIENTS / 10)).toBeLessThan(50);
    expectSpread(arrivals, firstWindow[1] - firstWindow[0]);
  }, 60_000);

  test('are all back after the server was away, each at its own place in every window', async () => {
    const { arrivals, expected } = await away('server away, 1 000 clients', 2, () => server.restart(DOWN_FOR, 2));

    await expectRightStates(2, expected);
    for (const { waits } of fleet) {
      const delays = waits.map(({ delay }) => delay);
      const phase = ((delays[0] ?? 0) - WINDOW.min) / (4 * WINDOW.min);
      const ladder = delays.map((_, index) => backoff(index + 1, { phase, ...WINDOW }));
      // A delay is a whole number, and the phase is taken from one.
      delays.forEach((delay, index) => expect(Math.abs(delay - (ladder[index] ?? NaN))).toBeLessThanOrEqual(2));
      expect(waits.map(({ attempt }) => attempt)).toEqual(delays.map((_, index) => index + 1));
    }
    // All, but those that a busy machine kept from dialling in time.
    expect(fleet.filter(({ waits }) => waits.length > 1).length).toBeGreaterThan(CLIENTS / 2);
    // Second dials are 0.6 + 3 s after the loss at the earliest, and 3 + 6 s after it at the latest.
    expectSpread(arrivals, 5_400);
  }, 60_000);

  test('show none of their keys', () => {
    for (const { client } of fleet) marker.showClient(client);
    expect([marker.searched > CLIENTS, marker.leaks]).toEqual([true, []]);
  });
});
