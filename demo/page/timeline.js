// The timeline: pure functions of what happened, and when. Times in milliseconds.

const SPANS = [30_000, 60_000, 120_000, 300_000];
// What a bar of full height stands for.
const MOST_MESSAGES = 10_000;

/** What is never shown: all that is older. */
export const LONGEST_SPAN = SPANS.at(-1);

/** The shortest span that shows all there is so far. */
export function spanOf(elapsed) {
  return SPANS.find((span) => elapsed <= span) ?? LONGEST_SPAN;
}

/** The bands between `from` and `to`, in fractions of that time; neighbours of one tone are one band. */
export function bandsOf(history, from, to) {
  const tones = history.filter(({ tone }, index) => tone !== history[index - 1]?.tone);
  return tones
    .map(({ tone, at }, index) => ({ tone, start: Math.max(at, from), end: tones[index + 1]?.at ?? to }))
    .filter(({ end }) => end > from)
    .map(({ tone, start, end }) => ({ tone, left: (start - from) / (to - from), width: (end - start) / (to - from) }));
}

/** How much of the time that a timeline shows was spent connected, in percent. */
export function uptimeOf(bands) {
  const sum = (some) => some.reduce((total, { width }) => total + width, 0);
  return sum(bands) > 0 ? Math.round((100 * sum(bands.filter(({ tone }) => tone === 'connected'))) / sum(bands)) : 0;
}

/** An SVG path of a bar for each second, on a square of `to - from` seconds by 1. */
export function barsOf(counts, from, to) {
  return [...counts]
    .filter(([second]) => second * 1_000 > from - 1_000 && second * 1_000 < to)
    .map(([second, count]) => {
      const height = Math.min(1, Math.log1p(count) / Math.log1p(MOST_MESSAGES));
      return `M${(second - from / 1_000 + 0.1).toFixed(2)} 1v-${height.toFixed(3)}h0.8v${height.toFixed(3)}z`;
    })
    .join('');
}
