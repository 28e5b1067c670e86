// What can be said of figures that were taken in rounds.

/** The value below which a share of the figures lies, between neighbours by their distance. */
export function quantile(figures, share) {
  const sorted = [...figures].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (next - sorted[below]) * (place - below);
}

/** The median with its quartiles. */
export const summary = (figures) => ({
  median: quantile(figures, 0.5),
  lower: quantile(figures, 0.25),
  upper: quantile(figures, 0.75),
});
