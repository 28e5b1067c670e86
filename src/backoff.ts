/** What a wait depends on, beside its place in the count. */
export interface BackoffContext {
  /** This client's place in every window, drawn from [0, 1) once a count. */
  phase: number;
  /** `minReconnectDelay`, in milliseconds. */
  min: number;
  /** `maxReconnectDelay`, in milliseconds. */
  max: number;
}

/**
 * The n-th wait of a count of attempts, in milliseconds: a ladder of windows, in each of which a client keeps its place,
 * so that a fleet that lost its server together stays spread. 1 to 5 s, then 5 to 10, 10 to 20, 20 to 30 by default.
 */
export function backoff(attempt: number, { phase, min, max }: BackoffContext): number {
  // A power of two overflows to Infinity, which the maximum catches: no exponent is too large.
  const upperEnd = (n: number) => Math.min(max, 5 * min * 2 ** (n - 1));
  const start = attempt <= 1 ? min : upperEnd(attempt - 1);
  return start + phase * (upperEnd(attempt) - start);
}
