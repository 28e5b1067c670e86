import { assertWalks } from './support/walk/assert-walks';

test('whatever happens, in whatever order, the client keeps its promises', async () => {
  await assertWalks({ runs: 1_000, maxSteps: 40 });
}, 120_000);
