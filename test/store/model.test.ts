import fc from 'fast-check';
import type { EntityDeletion, FlagDeletion } from '../../src/testing/server/deletions';
import type { Fields, WireMessage } from '../../src/testing/server/entities';
import { settled } from '../support/fake-client';
import * as arbitrary from '../support/model-entities';
import { isNamed } from '../support/model-server';
import { IDS, ModelWalk, type Keys, type Kind } from '../support/model-walk';

/** Longer than the longest wait for a redial, and than the time that a request has. */
const LONG = 40_000;
// More walks than a test run has time for: STORE_WALKS=10000, and STORE_SEED to repeat one.
const { STORE_WALKS = '300', STORE_SEED } = process.env;
const PARAMETERS = { numRuns: Number(STORE_WALKS), ...(STORE_SEED && { seed: Number(STORE_SEED) }) };
const TIME = 60_000 + PARAMETERS.numRuns * 300;
const RELOADABLE = ['rulesengine.Companies', 'rulesengine.Users', 'rulesengine.Flags'];
const NOISE: unknown[] = [
  { data: { error: 'Generic datastream error' }, entity_type: 'unknown', message_type: 'error' },
  { data: {}, entity_type: 'rulesengine.Companies', message_type: 'full' },
  { data: {}, entity_type: 'rulesengine.Users', message_type: 'full' },
  { data: { plan_ids: ['p9'] }, entity_type: 'rulesengine.Company', message_type: 'partial' },
  { data: { plan_ids: ['p9'] }, entity_id: 'co_9', entity_type: 'rulesengine.Company', message_type: 'partial' },
  { data: { id: 'plan_1' }, entity_id: 'plan_1', entity_type: 'rulesengine.Plan', message_type: 'full' },
  { data: { id: 'co_1' }, entity_id: 'co_1', entity_type: 'rulesengine.Company', message_type: 'archived' },
  { data: null, entity_id: 'co_1', entity_type: 'rulesengine.Company', message_type: 'full' },
  { data: 'x', entity_type: 'rulesengine.Flag', message_type: 'full' },
  { data: { id: 'nobody' }, entity_type: 'rulesengine.Company', message_type: 'delete' },
  { data: { key: 'nothing' }, entity_type: 'rulesengine.Flag', message_type: 'delete' },
  { entity_id: 'nobody', entity_type: 'rulesengine.User', message_type: 'delete' },
  { entity_type: 'rulesengine.Flag', message_type: 'full' },
  { entity_type: 'rulesengine.Company' },
  {},
  null,
  [],
  'hello',
  '{"data":{"id":"co_1',
];

interface Swap {
  kind: Kind;
  swap: number;
}

type Change =
  | { kind: Kind; place: number; set: Fields; keys: Keys }
  | { kind: Kind; place: number; update: Fields }
  | { kind: Kind; place: number; rename: Keys }
  | Swap
  | { kind: Kind; place: number; remove: EntityDeletion }
  | { flag: Fields & { key: string } }
  | { flags: (Fields & { key: string })[] | null }
  | { place: number; removeFlag: FlagDeletion };

type Step =
  | 'start'
  | 'accept'
  | 'refuse'
  | 'cut'
  | 'reconnect'
  | 'calm'
  | 'close'
  | 'hear'
  | { read: number }
  | { deliver: number }
  | { advance: number }
  | { ask: Kind; keys: Keys; abort: boolean }
  | { forget: Keys }
  | { change: Change }
  | { unheard: Change[]; reload: string; times: number }
  | { noise: unknown };

const kind = fc.constantFrom<Kind>('company', 'user');
const place = fc.nat(2);
const entityDeletion = fc.record({ by: fc.constantFrom<EntityDeletion['by']>('both', 'data', 'entity_id') });
const flagDeletion = fc.record({ by: fc.constantFrom<FlagDeletion['by']>('data', 'key', 'id') });
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant<Kind>('company'), place, set: arbitrary.company, keys: arbitrary.keys }),
  fc.record({ kind: fc.constant<Kind>('company'), place, update: arbitrary.companyPartial }),
  fc.record({ kind: fc.constant<Kind>('company'), place, update: arbitrary.companyPartial }),
  fc.record({ kind: fc.constant<Kind>('user'), place, set: arbitrary.user, keys: arbitrary.keys }),
  fc.record({ kind: fc.constant<Kind>('user'), place, update: arbitrary.userPartial }),
  fc.record({ kind, place, rename: arbitrary.keys }),
  fc.record({ kind, swap: place }),
  fc.record({ kind, place, remove: entityDeletion }),
  fc.record({ flag: arbitrary.flag }),
  fc.record({ flags: fc.option(arbitrary.flags, { freq: 9 }) }),
  fc.record({ place, removeFlag: flagDeletion }),
);
/** Names that client code asks with, ids among them. */
const asked = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...IDS.company, ...IDS.user).map((id): Keys => ({ id })) },
  { weight: 3, arbitrary: arbitrary.keys.filter((keys) => Object.keys(keys).length > 0) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Step>('start', 'cut', 'refuse', 'reconnect') },
  { weight: 1, arbitrary: fc.constantFrom<Step>('close', 'hear', 'hear', 'hear') },
  { weight: 5, arbitrary: fc.constantFrom<Step>('accept') },
  { weight: 3, arbitrary: fc.constantFrom<Step>('calm') },
  { weight: 5, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 7, arbitrary: fc.record({ deliver: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ advance: fc.constantFrom(1_000, 6_000, LONG) }) },
  { weight: 5, arbitrary: fc.record({ ask: kind, keys: asked, abort: fc.nat(7).map((one) => one === 0) }) },
  { weight: 2, arbitrary: fc.record({ forget: asked }) },
  { weight: 14, arbitrary: fc.record({ change }) },
  {
    weight: 1,
    arbitrary: fc.record({
      unheard: fc.array(change, { maxLength: 3 }),
      reload: fc.constantFrom(...RELOADABLE),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ noise: fc.constantFrom(...NOISE) }) },
);

/** Makes a change at the server, as far as a server could make it now, and tells of it, message by message. */
function apply(walk: ModelWalk, made: Change, tell: (message: WireMessage) => void = () => undefined): void {
  if ('swap' in made) return swap(walk, made, tell);
  const message = applyOne(walk, made);
  if (message) tell(message);
}

/** Two entities exchange their keys, one of them going without for a moment. */
function swap(walk: ModelWalk, { kind: ofKind, swap: at }: Swap, tell: (message: WireMessage) => void): void {
  const population = walk.population(ofKind);
  const [one, other] = [0, 1].map((each) => population.get(IDS[ofKind][(at + each) % IDS[ofKind].length] ?? ''));
  if (!one || !other) return;
  tell(population.set({ ...one, keys: {} }));
  tell(population.set({ ...other, keys: one['keys'] }));
  tell(population.set({ ...one, keys: other['keys'] }));
}

function applyOne(walk: ModelWalk, made: Exclude<Change, Swap>): WireMessage | undefined {
  const { replica } = walk.server;
  if ('flag' in made) return replica.setFlag(made.flag);
  if ('flags' in made) return replica.setFlags(made.flags);
  if ('removeFlag' in made) {
    const keys = (replica.flags ?? []).map(({ key }) => String(key));
    const key = keys[made.place % Math.max(1, keys.length)];
    return key === undefined ? undefined : replica.deleteFlag(key, made.removeFlag);
  }
  const population = walk.population(made.kind);
  const id = IDS[made.kind][made.place % IDS[made.kind].length] ?? '';
  if ('set' in made) return population.set({ id, ...made.set, keys: free(walk, made.kind, id, made.keys) });
  if (!population.get(id)) return undefined;
  if ('remove' in made) return population.delete(id, made.remove);
  if ('rename' in made) return population.update(id, { keys: free(walk, made.kind, id, made.rename) });
  return population.update(id, made.update);
}

/** The keys that no other entity has: on a server, a key names one entity. */
function free(walk: ModelWalk, ofKind: Kind, id: string, keys: Keys): Keys {
  const held = IDS[ofKind].map((each) => (each === id ? undefined : walk.population(ofKind).get(each)));
  const others = held.filter((each) => each !== undefined);
  const entries = Object.entries(keys).filter(([name, value]) => !others.some((each) => isNamed(each, name, value)));
  return Object.fromEntries(entries);
}

async function take(walk: ModelWalk, next: Step): Promise<void> {
  const { server, platform } = walk;
  if (next === 'start') walk.start();
  else if (next === 'accept') server.accept();
  else if (next === 'refuse') server.refuse();
  else if (next === 'cut') server.cut();
  else if (next === 'reconnect') walk.start('reconnect');
  else if (next === 'calm') await calm(walk);
  else if (next === 'close') await walk.close();
  else if (next === 'hear') walk.hear();
  else if ('read' in next) server.read(next.read);
  else if ('deliver' in next) await deliver(walk, next.deliver);
  else if ('advance' in next) platform.clock.advance(next.advance);
  else if ('ask' in next) {
    const controller = new AbortController();
    walk.ask(next.ask, next.keys, controller.signal);
    if (next.abort) controller.abort();
  } else if ('forget' in next) walk.forget(next.forget);
  else if ('noise' in next) server.send(next.noise);
  else if ('change' in next) {
    apply(walk, next.change, (message) => server.publish(message));
  } else {
    for (const each of next.unheard) apply(walk, each);
    for (let count = 0; count < next.times; count += 1) {
      server.send({ entity_type: next.reload, message_type: 'reload' });
    }
  }
  await settled();
}

/** Frame by frame, so that what follows from one is seen before the next. */
async function deliver({ server }: ModelWalk, frames: number): Promise<void> {
  for (let left = frames; left > 0 && server.isSending; left -= 1) {
    server.deliver();
    await settled();
  }
}

/** Lets the link work until nothing is on its way, in either direction, and the store should be fresh. */
async function calm(walk: ModelWalk): Promise<void> {
  const { server, store, platform } = walk;
  walk.start();
  for (let round = 0; round < 12; round += 1) {
    server.accept();
    await settled();
    while (server.isConnected && server.isBusy) {
      server.read(Infinity);
      await deliver(walk, Infinity);
    }
    if (server.isConnected && !store.stale) return;
    platform.clock.advance(store.client.isConnected() ? 1_000 : LONG);
    await settled();
  }
}

async function begin({ flags, companies, users, followed, ...options }: Beginning): Promise<ModelWalk> {
  const walk = new ModelWalk(options);
  apply(walk, { flags });
  companies.forEach(({ entity, keys }, index) => apply(walk, { kind: 'company', place: index, set: entity, keys }));
  users.forEach(({ entity, keys }, index) => apply(walk, { kind: 'user', place: index, set: entity, keys }));
  if (followed) {
    for (const id of IDS.company) walk.ask('company', { id });
    for (const id of IDS.user) walk.ask('user', { id });
    await calm(walk);
  }
  return walk;
}

interface Beginning {
  pageSize: number;
  replayWindow: number;
  flags: (Fields & { key: string })[];
  companies: { entity: Fields; keys: Keys }[];
  users: { entity: Fields; keys: Keys }[];
  followed: boolean;
}

const walks = fc.record({
  pageSize: fc.constantFrom(0, 0, 1, 2),
  replayWindow: fc.constantFrom(0, 3, 50),
  // A walk begins with a world that is worth following, and some of it followed.
  flags: arbitrary.flags,
  companies: fc.array(fc.record({ entity: arbitrary.company, keys: arbitrary.keys }), { maxLength: 3 }),
  users: fc.array(fc.record({ entity: arbitrary.user, keys: arbitrary.keys }), { maxLength: 2 }),
  followed: fc.boolean(),
  steps: fc.array(step, { minLength: 10, maxLength: 60 }),
});

test(
  'whenever the store says it is fresh, it holds what the server holds',
  async () => {
    const visited = { fresh: 0, stale: 0, changes: 0 };
    await fc.assert(
      fc.asyncProperty(walks, async ({ steps, ...beginning }) => {
        const walk = await begin(beginning);
        for (const each of steps) {
          await take(walk, each);
          expect(walk.broken()).toEqual([]);
          visited[walk.store.stale ? 'stale' : 'fresh'] += 1;
        }
        await calm(walk);
        expect(walk.broken()).toEqual([]);
        expect(walk.store.stale).toBe(false);
        visited.changes += walk.changes;

        await walk.close();
        await settled();
        expect(walk.diverged()).toEqual([]);
        expect(walk.unsettled()).toEqual([]);
        expect(walk.platform.clock.timers).toBe(0);
        expect(walk.platform.liveSockets).toEqual([]);
      }),
      PARAMETERS,
    );
    // Walks that never get anywhere would prove nothing.
    expect(visited.fresh).toBeGreaterThan(1_000);
    expect(visited.stale).toBeGreaterThan(1_000);
    expect(visited.changes).toBeGreaterThan(1_000);
  },
  TIME,
);
