// A fleet that loses its server at one moment, in steps of ten milliseconds.

const STEP = 10;
const STEPS_PER_BIN = 10;
const NONE = -1;

/**
 * Simulates `clients` that follow one formula. The server is gone for `downFor` milliseconds and then takes
 * `acceptsPerSecond`; it refuses what is more than that at once. Arrivals are counted in bins of 100 ms.
 */
export function simulate({ formula, clients, downFor, acceptsPerSecond, horizon = 300_000, random }) {
  const steps = Math.ceil(horizon / STEP);
  const firstOf = new Int32Array(steps).fill(NONE);
  const countOf = new Uint32Array(steps);
  const nextOf = new Int32Array(clients).fill(NONE);
  const phases = Float64Array.from({ length: clients }, random);
  // Kept exactly: waits that were rounded one by one would gather in some steps and leave others empty.
  const dueAt = new Float64Array(clients);
  const dials = new Uint16Array(clients);
  const arrivals = new Uint32Array(Math.ceil(steps / STEPS_PER_BIN));
  const backAt = [];
  let attempts = 0;
  let gaveUp = 0;

  const schedule = (client, step) => {
    dueAt[client] += formula.wait(dials[client] + 1, phases[client], random);
    // A dial takes some time to fail, so the next one falls into a later step.
    const due = Math.max(Math.floor(dueAt[client] / STEP), dials[client] === 0 ? step : step + 1);
    if (due >= steps) return;
    nextOf[client] = firstOf[due];
    firstOf[due] = client;
    countOf[due]++;
  };

  for (let client = 0; client < clients; client++) schedule(client, 0);
  for (let step = 0; step < steps; step++) {
    let room = step * STEP < downFor ? 0 : (acceptsPerSecond * STEP) / 1_000;
    let queued = countOf[step];
    for (let client = firstOf[step]; client !== NONE;) {
      const following = nextOf[client];
      attempts++;
      dials[client]++;
      arrivals[Math.floor(step / STEPS_PER_BIN)]++;
      // The network shuffles what arrives within one step: whom there is room for is chance.
      if (random() * queued-- < room) {
        room--;
        backAt.push(step * STEP);
      } else if (dials[client] >= formula.dials) gaveUp++;
      else schedule(client, step);
      client = following;
    }
  }
  const timeTo = (share) => backAt[Math.ceil(share * clients) - 1];
  return {
    name: formula.name,
    peak: arrivals.reduce((most, count) => Math.max(most, count), 0),
    attemptsPerClient: attempts / clients,
    half: timeTo(0.5),
    most: timeTo(0.99),
    all: timeTo(1),
    gaveUp,
    arrivals,
  };
}

/** Chance that can be repeated (mulberry32). */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
