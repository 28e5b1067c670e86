// Whether figures can be true at all: bounds so generous that only a broken run, or a broken library, crosses them.

const GENEROUS = 3;

/** Says what is out of bounds, and whether nothing is. */
export function checkSanity({ results, browser = [], store = [], storms }) {
  const complaints = [
    ...Object.entries(results).flatMap(outOfBounds),
    ...[...browser, ...store].flatMap(farFromBar),
    ...storms.flatMap(stranded),
  ];
  for (const complaint of complaints) console.error(`Out of bounds: ${complaint}`);
  return complaints.length === 0;
}

/** What is compared otherwise than by a ratio, or is no matter of time. */
const MOST = { 'heap-connection': 10, 'heap-reconnect': 20_000, 'heap-message': 2_000, overhead: 1_000 };

function outOfBounds([workload, figures]) {
  const ours = figures.find(({ name }) => name === 'ours');
  if (!Number.isFinite(ours?.median)) return [`${workload} has no figure`];
  return ours.median > (MOST[workload] ?? GENEROUS) ? [`${workload}: ${ours.median}`] : [];
}

function farFromBar({ title, bar, median }) {
  return median > 0 && median < GENEROUS * bar ? [] : [`${title}: ${median}`];
}

function stranded({ results, downFor }) {
  const [ours] = results;
  return ours.gaveUp > 0 ? [`the ladder gave up ${ours.gaveUp} clients after ${downFor} ms`] : [];
}
