// Whether figures can be true at all: bounds so generous that only a broken run, or a broken library, crosses them.

const GENEROUS = 3;

/** Says what is out of bounds, and whether nothing is. */
export function checkSanity({ results, storms }) {
  const complaints = [...Object.entries(results).flatMap(outOfBounds), ...storms.flatMap(stranded)];
  for (const complaint of complaints) console.error(`Out of bounds: ${complaint}`);
  return complaints.length === 0;
}

function outOfBounds([workload, figures]) {
  const ours = figures.find(({ name }) => name === 'ours');
  if (!Number.isFinite(ours?.median)) return [`${workload} has no figure`];
  if (workload.startsWith('heap-')) return ours.median > 20_000 ? [`${workload}: ${ours.median}`] : [];
  if (workload === 'overhead') return ours.median > 1_000 ? [`${workload}: ${ours.median} ns`] : [];
  return ours.median > GENEROUS || ours.median <= 0 ? [`${workload}: ${ours.median}`] : [];
}

function stranded({ results, downFor }) {
  const [ours] = results;
  return ours.gaveUp > 0 ? [`the ladder gave up ${ours.gaveUp} clients after ${downFor} ms`] : [];
}
