import { goesOn, type DatastreamError } from './errors';

/** As much of an abort signal as every runtime's has, for TypeScript set-ups that know none. */
export interface SignalLike {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** Why: it becomes the `cause` of the error `ABORTED`. */
  readonly reason: unknown;
  /** Hears of the abort. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Undoes `addEventListener`. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** The `AbortSignal` of whatever library the reader's TypeScript is set to, so that these types need none of their own. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Native } } ? Native : SignalLike;

/** The error of a caller who took back what it asked for. */
export function abortedError(signal: Signal | undefined): DatastreamError {
  return goesOn('ABORTED', 'Aborted', signal?.reason);
}
