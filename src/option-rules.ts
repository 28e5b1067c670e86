import { LONGEST_DELAY } from './platform/platform';

/** What a value must be, in words and as a test, and what an option is that is not given: `null` when it must be. */
export type OptionRule = readonly [expected: string, holds: (value: unknown) => unknown, byDefault?: unknown];

const isFunction = (value: unknown) => typeof value === 'function';

/** A function. */
export const aFunction = (byDefault?: unknown): OptionRule => ['a function', isFunction, byDefault];

/** A time that a timer can hold. */
export const aDuration = (byDefault?: number): OptionRule => [
  `milliseconds, more than 0 and up to ${LONGEST_DELAY}`,
  (value) => typeof value === 'number' && value > 0 && value <= LONGEST_DELAY,
  byDefault,
];

/** A whole number, `Infinity` among them where it is not more than `most`. */
export const aCount = (least: number, most: number, byDefault?: number): OptionRule => [
  `a whole number from ${least} to ${most}`,
  (value) => typeof value === 'number' && value >= least && value <= most && !(value % 1),
  byDefault,
];

/** Something that can be called by these names, which may lead through its parts. */
export const withMethods = (names: string, byDefault?: unknown): OptionRule => [
  `an object with ${names}`,
  (value) => names.split(', ').every((name) => isFunction(name.split('.').reduce(partOf, value))),
  byDefault,
];

const partOf = (whole: unknown, name: string) => (whole as Record<string, unknown> | null | undefined)?.[name];
