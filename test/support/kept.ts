interface Stoppable {
  stop(): Promise<void>;
}

/** Stops what the tests of one file start, after each of them, the youngest first. */
export function useKept(): <Kept extends Stoppable>(starting: Promise<Kept>) => Promise<Kept> {
  const kept: Stoppable[] = [];
  afterEach(async () => {
    for (const each of kept.splice(0).reverse()) await each.stop();
  });
  return async (starting) => {
    const started = await starting;
    kept.push(started);
    return started;
  };
}
