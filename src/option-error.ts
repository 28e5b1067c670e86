import { withoutQuery } from './endpoint';
import { InvalidOptionError } from './errors';

/** Options whose values must not be shown: they are secrets, carry some, or are where somebody may put one by mistake. */
const SECRET = /^(apiKey|headers|tls|agent|options)$/;

/**
 * Holds an option to what it must be.
 *
 * @throws InvalidOptionError that names the option, what it must be and, unless it is secret, what it is
 */
export function demand(isMet: unknown, option: string, expected: string, value: unknown): void {
  if (!isMet)
    throw new InvalidOptionError(option, `Option "${option}" must be ${expected}, got ${show(option, value)}`);
}

function show(option: string, value: unknown): string {
  const type = typeof value;
  if (SECRET.test(option) || Object(value) === value) return type;
  // What is no URL may have a password with anything in it: it ends at the last @ there is.
  const safe = (text: string) => withoutQuery(text.replace(/^(.*?\/\/)?.*@/s, '$1'));
  return type === 'string' ? JSON.stringify(safe(value as string)) : String(value);
}
