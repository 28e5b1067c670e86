/** Text of the peer's or of the platform's without characters that could forge a line of a log. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}

/** The code of an error and its message, each of which may be missing. */
export function describeError(error: Error & { code?: unknown }): string {
  // Trying several addresses fails with an AggregateError, which has a code and no message.
  const code = typeof error.code === 'string' && !error.message.includes(error.code) ? `${error.code} ` : '';
  return printable(code + error.message).trim();
}
