import { printable } from '../printable';

/** The code of an error and its message, each of which may be missing. */
export function describeError(error: Error & { code?: unknown }): string {
  // Trying several addresses fails with an AggregateError, which has a code and no message.
  const code = typeof error.code === 'string' && !error.message.includes(error.code) ? `${error.code} ` : '';
  return printable(code + error.message).trim();
}

/** An error whose message tells its code too: the same, where it does already. */
export function described(error: Error & { code?: unknown }): Error {
  const message = describeError(error);
  return message === error.message ? error : Object.assign(new Error(message, { cause: error }), { code: error.code });
}
