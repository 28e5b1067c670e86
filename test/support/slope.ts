/** How fast something grows: the slope of the line that fits its samples best, taken at equal distances. */
export function slope(samples: readonly number[]): number {
  const middle = (samples.length - 1) / 2;
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const rise = samples.reduce((sum, sample, index) => sum + (index - middle) * (sample - mean), 0);
  return rise / samples.reduce((sum, _sample, index) => sum + (index - middle) ** 2, 0);
}

/** The middle one of an odd number of figures. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[(figures.length - 1) / 2] ?? NaN;
}
