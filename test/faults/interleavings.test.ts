import { assertWalks } from '../support/walk/assert-walks';

test('whatever happens, in whatever order, and however long, the client keeps its promises', async () => {
  await assertWalks({ runs: 20_000, maxSteps: 60 });
}, 600_000);
