/**
 * Calls a function that is not ours: what it throws, or what its promise rejects with, goes to `failed` and no further.
 * Returns what it returned, or a promise that never rejects.
 */
export function guarded<Args extends unknown[]>(
  failed: (cause: unknown) => unknown,
  call: (...args: Args) => unknown,
  ...args: Args
): unknown {
  try {
    const result = call(...args);
    return isThenable(result) ? Promise.resolve(result).then(undefined, failed) : result;
  } catch (cause) {
    return failed(cause);
  }
}

/** Whether a call has given a promise, of whatever make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** What is done where there is nothing to do. */
export const nothing = (): void => undefined;
