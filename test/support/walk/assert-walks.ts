import fc from 'fast-check';
import { PLACES, type Place } from './ambushes';
import { live, walks } from './walk';

/** How long walks are, and how many of them. */
interface Extent {
  runs: number;
  maxSteps: number;
}

/**
 * Walks until a client breaks a rule, and tells the shortest such walk; a rejection that nobody handles fails the test by
 * jest itself. `WALKS=20000` asks for another number of them,
 * `WALK_SEED=1 WALK_PATH=2:3` for one that was told of.
 */
export async function assertWalks({ runs, maxSteps }: Extent): Promise<void> {
  const { WALKS = runs, WALK_SEED: seed, WALK_PATH: path } = process.env;
  const property = fc.asyncProperty(walks(maxSteps), async (walk) => {
    await live(walk);
  });
  await fc.assert(property, { numRuns: Number(WALKS), ...(seed && { seed: Number(seed) }), ...(path && { path }) });
}

/**
 * Walks that never leave the first states, or that nobody meddles with, would prove nothing: of these, always the same,
 * every state is reached and every function of the user's meddles.
 */
export async function assertReach({ runs, maxSteps }: Extent): Promise<void> {
  const visited = new Set<string>();
  const ambushed = new Set<Place>();
  for (const walk of fc.sample(walks(maxSteps), { numRuns: runs, seed: 1 })) {
    const world = await live(walk);
    for (const { status } of world.states) visited.add(status);
    for (const place of world.ambushes.sprung) ambushed.add(place);
  }
  expect([...visited].sort()).toEqual(['closed', 'connecting', 'initializing', 'ready', 'waiting']);
  expect([...ambushed].sort()).toEqual([...PLACES]);
}
