import type { SocketEnding } from './platform/platform';

/** A text in which nobody can read the key, though a server or a platform repeats it. */
export function redact(text: string, apiKey: string): string {
  return text.replaceAll(apiKey, '<key>').replaceAll(encodeURIComponent(apiKey), '<key>');
}

/** An error of the platform's, or one that says the same without the key. */
export function redactError<Cause>(error: Cause, apiKey: string): Cause | Error {
  if (!(error instanceof Error)) return error;
  const message = redact(error.message, apiKey);
  return message === error.message ? error : new Error(message);
}

/** How a socket ended, without the key. */
export function redactEnding(ending: SocketEnding, apiKey: string): SocketEnding {
  const error = ending.error && redactError(ending.error, apiKey);
  return { ...ending, reason: redact(ending.reason, apiKey), error };
}
