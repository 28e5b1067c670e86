/** The API key, or a function that is asked for it before every attempt, so that it may change. */
export type ApiKey = string | (() => string | Promise<string>);

/** What can travel as a key on every way that a strategy may take, in words. */
export const KEY_CHARACTERS = 'printable ASCII without spaces';

/** Whether a value can travel so. */
export function isApiKey(value: unknown): value is string {
  return typeof value === 'string' && /^[!-~]+$/.test(value);
}
