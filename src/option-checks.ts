import { isApiKey, type ApiKey } from './api-key';
import { headerAuth, queryAuth, type AuthStrategy } from './auth';
import { endpoint, withoutSecrets } from './endpoint';
import { InvalidOptionError } from './errors';
import type { Logger } from './log';
import type { DatastreamOptions } from './options';
import type { Platform, TlsOptions } from './platform/platform';
import { LONGEST_DELAY, type RetrySettings } from './retry';
import type { ConnectionSettings } from './settings';

/** Reads options by the kind of value that they must have. */
export class Check<Message> {
  readonly #options: DatastreamOptions<Message>;

  constructor(options: DatastreamOptions<Message>) {
    this.#options = options;
  }

  duration(name: NumberOption, fallback: number): number {
    const value: unknown = this.#options[name] ?? fallback;
    if (typeof value === 'number' && value > 0 && value <= LONGEST_DELAY) return value;
    throw wrong(name, `a positive number of milliseconds, at most ${LONGEST_DELAY}`, value);
  }

  count(name: NumberOption, fallback: number): number {
    const value: unknown = this.#options[name] ?? fallback;
    if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
    throw wrong(name, 'a positive whole number', value);
  }

  flag(name: 'compression' | 'unref'): boolean {
    const value: unknown = this.#options[name] ?? false;
    if (typeof value === 'boolean') return value;
    throw wrong(name, 'true or false', value);
  }

  function<Name extends FunctionOption>(name: Name): DatastreamOptions<Message>[Name] {
    const value = this.#options[name];
    if (value === undefined || typeof value === 'function') return value;
    throw wrong(name, 'a function', value);
  }

  requiredFunction(name: 'messageHandler'): DatastreamOptions<Message>['messageHandler'] {
    const value: unknown = this.#options[name];
    if (typeof value === 'function') return value as DatastreamOptions<Message>['messageHandler'];
    throw wrong(name, 'a function', value);
  }

  object<Name extends 'platform' | 'signal'>(name: Name): DatastreamOptions<Message>[Name] {
    const value = this.#options[name];
    if (value === undefined || isObject(value)) return value;
    throw wrong(name, 'an object', value);
  }
}

type NumberOption =
  | 'minReconnectDelay'
  | 'maxReconnectDelay'
  | 'pongTimeout'
  | 'pingInterval'
  | 'writeTimeout'
  | 'connectTimeout'
  | 'readyTimeout'
  | 'stableAfter'
  | 'queueSize';
type FunctionOption = 'connectionReadyHandler' | 'backoff' | 'shouldReconnect' | 'decode' | 'encode';

export function checkUrl(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw wrong('url', 'a URL such as "https://api.schematichq.com"', value);
  try {
    return endpoint(value);
  } catch (error) {
    const why = error instanceof RangeError ? `${error.message}; use http, https, ws or wss` : 'not a URL';
    throw new InvalidOptionError('url', `Option "url" is wrong: ${why}, got ${show(withoutSecrets(value))}`);
  }
}

export function checkApiKey(value: unknown): ApiKey {
  if (typeof value === 'function') return value as ApiKey;
  if (isApiKey(value)) return value;
  const got = typeof value === 'string' ? 'a string with other characters, or none (not shown)' : typeof value;
  throw new InvalidOptionError(
    'apiKey',
    `Option "apiKey" must be a string of printable ASCII characters, or a function that gives one, got ${got}`,
  );
}

export function checkLogger(value: unknown): Logger | undefined {
  if (value === undefined) return undefined;
  const methods = ['debug', 'info', 'warn', 'error'];
  if (isObject(value) && methods.every((name) => typeof value[name] === 'function')) return value as unknown as Logger;
  throw wrong('logger', 'an object with the methods debug, info, warn and error', value);
}

export function checkAttempts(value: unknown = 10): number {
  if (value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0)) return value as number;
  throw wrong('maxReconnectAttempts', 'a whole number, 0 or more, or Infinity', value);
}

export function checkAuth(value: unknown, platform: Platform): AuthStrategy {
  if (value === undefined) return platform.sendsHeaders ? headerAuth() : queryAuth();
  if (!isObject(value) || typeof value['authorize'] !== 'function') {
    throw wrong('auth', 'headerAuth(), queryAuth(), subprotocolAuth() or messageAuth()', value);
  }
  const auth = value as unknown as AuthStrategy;
  if (!auth.needsHeaders || platform.sendsHeaders) return auth;
  throw new InvalidOptionError(
    'auth',
    `Option "auth" cannot be ${auth.name}Auth() here: this platform sends no headers with a WebSocket; use queryAuth(), subprotocolAuth() or messageAuth()`,
  );
}

export function checkHeaders(value: unknown = {}): Record<string, string> {
  if (!isObject(value)) throw wrong('headers', 'an object of strings', value);
  for (const [name, text] of Object.entries(value)) {
    // RFC 9110, sections 5.1 and 5.5: a token, and a value that cannot end the line it stands on.
    const isHeader =
      /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof text === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
    if (!isHeader) {
      throw new InvalidOptionError(
        'headers',
        `Option "headers" has an invalid name or value at ${show(name)} (not shown)`,
      );
    }
  }
  return value as Record<string, string>;
}

export function checkTls(value: unknown): TlsOptions | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw wrong('tls', 'an object', value);
  const other = Object.keys(value).find((name) => !['ca', 'cert', 'key', 'servername'].includes(name));
  if (other === undefined) return value;
  const why = 'only "ca", "cert", "key" and "servername" are taken, and verification cannot be turned off';
  throw new InvalidOptionError('tls', `Option "tls" has the unknown property ${show(other)}: ${why}`);
}

export function checkAgent(value: unknown): object | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) throw wrong('agent', 'an http.Agent', value);
  const { options } = value as { options?: { rejectUnauthorized?: boolean } };
  if (options?.rejectUnauthorized !== false) return value;
  throw new InvalidOptionError(
    'agent',
    'Option "agent" turns certificate verification off (rejectUnauthorized: false); trust a private authority with `tls.ca` instead',
  );
}

export function checkHeartbeat(value: unknown): { message: () => unknown } | undefined {
  if (value === undefined) return undefined;
  if (isObject(value) && typeof value['message'] === 'function') return value as { message: () => unknown };
  throw wrong('heartbeat', 'an object with a function "message"', value);
}

/** Times of which one must not exceed another. */
type OrderedTimes = Pick<RetrySettings, 'minReconnectDelay' | 'maxReconnectDelay'> &
  Pick<ConnectionSettings, 'pingInterval' | 'pongTimeout'>;

export function checkOrder({ minReconnectDelay, maxReconnectDelay, pingInterval, pongTimeout }: OrderedTimes): void {
  if (minReconnectDelay > maxReconnectDelay) {
    throw wrong('minReconnectDelay', `at most maxReconnectDelay (${maxReconnectDelay})`, minReconnectDelay);
  }
  if (pingInterval >= pongTimeout) {
    throw wrong('pingInterval', `less than pongTimeout (${pongTimeout})`, pingInterval);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function wrong(option: string, expected: string, value: unknown): InvalidOptionError {
  return new InvalidOptionError(option, `Option "${option}" must be ${expected}, got ${show(value)}`);
}

export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
