import { LONGEST_DELAY } from './platform/platform';

/** What a value must be, in words and as a test, and what an option is that is not given. */
export type OptionRule = readonly [expected: string, holds: (value: unknown) => boolean, byDefault?: unknown];

const isFunction = (value: unknown) => typeof value === 'function';

/** A function. */
export const aFunction = (byDefault?: unknown): OptionRule => ['a function', isFunction, byDefault];

/** A time that a timer can hold. */
export const aDuration = (byDefault?: number): OptionRule => [
  `a positive number of milliseconds, at most ${LONGEST_DELAY}`,
  (value) => typeof value === 'number' && value > 0 && value <= LONGEST_DELAY,
  byDefault,
];

/** Something that can be called by these names. */
export const withMethods = (names: string, byDefault?: unknown): OptionRule => [
  `an object with ${names}`,
  (value) => names.split(', ').every((name) => isFunction((value as Record<string, unknown> | null)?.[name])),
  byDefault,
];

/** Whether a value is a whole number from `least` on. */
export const isWhole = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= least;
