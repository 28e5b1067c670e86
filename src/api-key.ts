/** The API key, or a function that is asked for it before every attempt, so that it may change. */
export type ApiKey = string | (() => string | Promise<string>);

/** Whether a value can travel as a key on every way that a strategy may take. */
export function isApiKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
