import fc from 'fast-check';
import { backoff } from '../src/backoff';

const DEFAULTS = { min: 1_000, max: 30_000 };

test.each([
  // attempt, phase, wait
  [1, 0, 1_000],
  [1, 0.5, 3_000],
  [2, 0, 5_000],
  [2, 0.5, 7_500],
  [3, 0, 10_000],
  [3, 0.5, 15_000],
  [4, 0, 20_000],
  [4, 0.5, 25_000],
  [5, 0, 30_000],
  [5, 0.999, 30_000],
  [1_000_000, 0.3, 30_000],
])('wait %i at phase %d is %d ms by default', (attempt, phase, wait) => {
  expect(backoff(attempt, { phase, ...DEFAULTS })).toBeCloseTo(wait);
});

test('caps the first window too when the maximum is below five times the minimum', () => {
  expect(backoff(1, { phase: 0.999_999, min: 1_000, max: 2_000 })).toBeLessThan(2_000);
});

const range = fc.tuple(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 100_000 })).map(([a, b]) => ({
  min: Math.min(a, b),
  max: Math.max(a, b),
}));
const phase = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('lies between the two delays at any attempt', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), phase, range, (attempt, phase, { min, max }) => {
      const wait = backoff(attempt, { phase, min, max });
      expect(wait).toBeGreaterThanOrEqual(min);
      expect(wait).toBeLessThanOrEqual(max);
    }),
  );
});

test('never shrinks from one attempt to the next', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), phase, range, (attempt, phase, { min, max }) => {
      const context = { phase, min, max };
      expect(backoff(attempt + 1, context)).toBeGreaterThanOrEqual(backoff(attempt, context));
    }),
  );
});

test('keeps the order of two clients in every window', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), phase, phase, (attempt, a, b) => {
      const [early, late] = [Math.min(a, b), Math.max(a, b)];
      expect(backoff(attempt, { phase: early, ...DEFAULTS })).toBeLessThanOrEqual(
        backoff(attempt, { phase: late, ...DEFAULTS }),
      );
    }),
  );
});

test('puts at most 3 % of a fleet that lost its server together into any 100 ms', () => {
  const bins = new Map<number, number>();
  const clients = 10_000;
  for (let client = 0; client < clients; client++) {
    const bin = Math.floor(backoff(1, { phase: client / clients, ...DEFAULTS }) / 100);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  expect(Math.max(...bins.values())).toBeLessThanOrEqual(clients * 0.03);
});
