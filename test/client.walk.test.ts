import { assertReach, assertWalks } from './support/walk/assert-walks';

test('whatever happens, in whatever order, the client keeps its promises', async () => {
  await assertWalks({ runs: 1_000, maxSteps: 40 });
}, 120_000);

test('the walks reach every state, and meddle from inside every function of the user', async () => {
  await assertReach({ runs: 1_500, maxSteps: 40 });
}, 120_000);
