import { base64url } from './auth';

/** A text in which nobody can read the key, though a server or a platform repeats it as it came or in a form that it had. */
export function redact(text: string, apiKey: string | undefined): string {
  if (!apiKey) return text;
  const forms = [
    apiKey,
    JSON.stringify(apiKey).slice(1, -1),
    encodeURIComponent(apiKey),
    String(new URLSearchParams([['', apiKey]])).slice(1),
    base64url(apiKey),
  ];
  return forms.reduce((redacted, form) => redacted.replaceAll(form, '<key>'), text);
}

/** An error of somebody else's, or one that says the same without the key. */
export function redactError<Cause>(error: Cause, apiKey: string | undefined): Cause | Error {
  if (!(error instanceof Error)) return error;
  const message = redact(error.message, apiKey);
  if (message === error.message) return error;
  return Object.assign(new Error(message), 'code' in error && { code: error.code });
}
