import { base64url } from './auth';

/** A text in which nobody can read the key, though a server or a platform repeats it as it came or in a form that it had. */
export function redact(text: string, apiKey: string | undefined): string {
  if (!apiKey) return text;
  const forms = new Set([
    apiKey,
    JSON.stringify(apiKey).slice(1, -1),
    encodeURIComponent(apiKey),
    String(new URLSearchParams([['', apiKey]])).slice(1),
    base64url(apiKey),
  ]);
  return [...forms].reduce((redacted, form) => redacted.replaceAll(form, '<key>'), text);
}

/** A chain of causes may lead back to its beginning. */
const LONGEST_CHAIN = 9;

/** An error of somebody else's, or one that says the same without the key, as its causes do. */
export function redactError<Cause>(error: Cause, apiKey: string | undefined, chain = LONGEST_CHAIN): Cause | Error {
  try {
    const { message, cause } = error instanceof Error ? error : { message: error };
    if (typeof message !== 'string') return error;
    const said = redact(message, apiKey);
    const why = chain > 0 ? redactError(cause, apiKey, chain - 1) : undefined;
    if (said === message && why === cause) return error;
    const redacted = new Error(said, why === undefined ? undefined : { cause: why });
    return Object.assign(redacted, error instanceof Error && 'code' in error && { code: error.code });
  } catch {
    // What cannot even be read is not passed on.
    return new Error('It cannot be read');
  }
}
