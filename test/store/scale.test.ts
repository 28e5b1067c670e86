import { DatastreamStore } from '../../src';
import { FakePlatform, type FakeSocket } from '../../src/testing/fakes';
import { sampleCompany, sampleFlag } from '../support/sample-data';

const COMPANY = 'rulesengine.Company';

/** A store that holds so many companies and as many flags, and the socket that it follows. */
async function storeHolding(
  count: number,
): Promise<{ store: DatastreamStore; socket: FakeSocket; platform: FakePlatform }> {
  const platform = new FakePlatform();
  const store = new DatastreamStore({ url: 'wss://example.com/datastream', apiKey: 'key', platform });
  store.start();
  const { socket } = platform;
  socket.accept();
  const names = Array.from({ length: count }, (_, index) => `${index}`);
  const flags = names.map((name) => sampleFlag(name));
  socket.deliver({ data: flags, entity_type: 'rulesengine.Flags', message_type: 'full' });
  for (const name of names) {
    const asked = store.company({ slug: name });
    socket.deliver({ data: sampleCompany(name), entity_id: name, entity_type: COMPANY, message_type: 'full' });
    await asked;
  }
  return { store, socket, platform };
}

/** The ways in which code can look something up, or walk over what it holds. */
const LOOKS: readonly [object, readonly PropertyKey[]][] = [
  [Map.prototype, ['get', 'set', 'has', 'delete', 'forEach', 'keys', 'values', 'entries', Symbol.iterator]],
  [Set.prototype, ['add', 'has', 'delete', 'forEach', 'keys', 'values', 'entries', Symbol.iterator]],
  [Object.getPrototypeOf(new Map().entries()) as object, ['next']],
  [Object.getPrototypeOf(new Set().values()) as object, ['next']],
  [Object.getPrototypeOf([].values()) as object, ['next']],
  [Object, ['keys', 'values', 'entries', 'fromEntries', 'assign']],
  [Array, ['from']],
  [
    Array.prototype,
    ['map', 'filter', 'find', 'findIndex', 'some', 'every', 'forEach', 'flatMap', 'includes', 'splice'],
  ],
];

/** How many looks some work takes. */
function looksOf(work: () => void): number {
  let looks = 0;
  const undo = LOOKS.flatMap(([owner, names]) =>
    names.map((name) => {
      const original = Object.getOwnPropertyDescriptor(owner, name);
      if (typeof original?.value !== 'function') throw new Error(`There is no ${String(name)} to count`);
      const method = original.value as (...args: unknown[]) => unknown;
      const counted = function (this: unknown, ...args: unknown[]): unknown {
        looks += 1;
        return Reflect.apply(method, this, args);
      };
      Object.defineProperty(owner, name, { ...original, value: counted });
      return () => Object.defineProperty(owner, name, original);
    }),
  );
  try {
    work();
  } finally {
    for (const each of undo) each();
  }
  return looks;
}

async function looksOfPartial(held: number): Promise<number> {
  const { store, socket, platform } = await storeHolding(held);
  const changed = jest.fn();
  store.on('change', changed);
  const data = { credit_balances: { credit_1: 97 }, plan_ids: ['plan_1'] };
  const partial = JSON.stringify({ data, entity_id: '3', entity_type: COMPANY, message_type: 'partial' });
  const looks = looksOf(() => socket.deliver(partial));
  expect(changed).toHaveBeenCalledTimes(1);
  const closed = store.close();
  platform.clock.advance(80);
  await closed;
  return looks;
}

test('a partial takes as many looks with ten companies and flags as with a thousand', async () => {
  const looks = await looksOfPartial(10);
  expect(looks).toBeGreaterThan(5);
  expect(await looksOfPartial(1_000)).toBe(looks);
});
