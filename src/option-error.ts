import { withoutSecrets } from './endpoint';
import { InvalidOptionError } from './errors';

/** Options whose values must not be shown: they are secrets, or carry some. */
const SECRET: readonly string[] = ['apiKey', 'headers', 'tls'];

/** The error that names an option, what it must be and, unless it is secret, what it is. */
export function wrongOption(option: string, expected: string, value: unknown): InvalidOptionError {
  const got = SECRET.includes(option) && value !== undefined ? `another ${typeof value} (not shown)` : show(value);
  return new InvalidOptionError(option, `Option "${option}" must be ${expected}, got ${got}`);
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(withoutSecrets(value));
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
