import { withoutSecrets } from './endpoint';
import { InvalidOptionError } from './errors';

/** Options whose values must not be shown: they are secrets, or carry some. */
const SECRET = /^(apiKey|headers|tls)$/;

/**
 * Holds an option to what it must be.
 *
 * @throws InvalidOptionError that names the option, what it must be and, unless it is secret, what it is
 */
export function demand(isMet: boolean, option: string, expected: string, value: unknown): void {
  if (isMet) return;
  const got = SECRET.test(option) && value !== undefined ? `another ${typeof value} (not shown)` : show(value);
  throw new InvalidOptionError(option, `Option "${option}" must be ${expected}, got ${got}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(withoutSecrets(value));
  return Object(value) === value ? `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}` : String(value);
}
