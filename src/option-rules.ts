import { isApiKey } from './api-key';
import { endpoint } from './endpoint';
import { wrongOption } from './option-error';
import { LONGEST_DELAY } from './platform/platform';

/** What a value must be, in words and as a test. */
type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const isFunction = (value: unknown) => typeof value === 'function';
const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const isWhole = (value: unknown, least: number) => Number.isSafeInteger(value) && (value as number) >= least;
const isDuration = (value: unknown) => typeof value === 'number' && value > 0 && value <= LONGEST_DELAY;
const hasMethods = (value: unknown, ...names: string[]) =>
  (isObject(value) || isFunction(value)) && names.every((name) => isFunction((value as Record<string, unknown>)[name]));

const FUNCTION: Rule = ['a function', isFunction];
const OBJECT: Rule = ['an object', isObject];
const FLAG: Rule = ['true or false', (value) => typeof value === 'boolean'];
const DURATION: Rule = [`a positive number of milliseconds, at most ${LONGEST_DELAY}`, isDuration];

const RULES = {
  url: ['an http, https, ws or wss URL such as "https://api.schematichq.com"', isEndpoint],
  apiKey: [
    'a string of printable ASCII characters without spaces, or a function that gives one',
    (value) => isFunction(value) || isApiKey(value),
  ],
  messageHandler: FUNCTION,
  connectionReadyHandler: FUNCTION,
  logger: [
    'an object with the methods debug, info, warn and error',
    (value) => hasMethods(value, 'debug', 'info', 'warn', 'error'),
  ],
  maxReconnectAttempts: ['a whole number or Infinity', (value) => value === Infinity || isWhole(value, 0)],
  minReconnectDelay: DURATION,
  maxReconnectDelay: DURATION,
  pongTimeout: DURATION,
  pingInterval: DURATION,
  writeTimeout: DURATION,
  connectTimeout: DURATION,
  readyTimeout: DURATION,
  stableAfter: DURATION,
  queueSize: ['a positive whole number', (value) => isWhole(value, 1)],
  auth: [
    'headerAuth(), queryAuth(), subprotocolAuth(), messageAuth() or the like',
    (value) => hasMethods(value, 'authorize'),
  ],
  headers: ['an object of header names with printable values', isHeaders],
  tls: ['an object of ca, cert, key and servername alone: verification cannot be turned off', isTls],
  agent: ['an http.Agent that does not turn verification off: trust an authority with "tls.ca"', isAgent],
  heartbeat: ['an object with a function "message"', (value) => hasMethods(value, 'message')],
  compression: FLAG,
  backoff: FUNCTION,
  shouldReconnect: FUNCTION,
  decode: FUNCTION,
  encode: FUNCTION,
  signal: ['an AbortSignal', (value) => hasMethods(value, 'addEventListener', 'removeEventListener')],
  unref: FLAG,
  platform: OBJECT,
} satisfies Record<string, Rule>;

/** The name of an option. */
export type OptionName = keyof typeof RULES;

/** The name of every option. */
export const OPTION_NAMES = /* @__PURE__ */ Object.keys(RULES) as OptionName[];

const REQUIRED: readonly string[] = ['url', 'apiKey', 'messageHandler'];

/**
 * Holds every option to its rule.
 *
 * @throws InvalidOptionError for the first that breaks it
 */
export function checkOptions(options: Partial<Record<OptionName, unknown>>): void {
  if (!isObject(options)) throw wrongOption('options', 'an object', options);
  for (const name of OPTION_NAMES) {
    const [expected, holds] = RULES[name];
    const value = options[name];
    if (value === undefined ? REQUIRED.includes(name) : !holds(value)) throw wrongOption(name, expected, value);
  }
}

function isEndpoint(value: unknown): boolean {
  try {
    return typeof value === 'string' && Boolean(endpoint(value));
  } catch {
    return false;
  }
}

/** RFC 9110, sections 5.1 and 5.5: names are tokens, and a value cannot end the line it stands on. */
function isHeaders(value: unknown): boolean {
  const isHeader = ([name, text]: [string, unknown]) =>
    /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof text === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
  return isObject(value) && Object.entries(value).every(isHeader);
}

function isTls(value: unknown): boolean {
  return isObject(value) && Object.keys(value).every((name) => /^(ca|cert|key|servername)$/.test(name));
}

function isAgent(value: unknown): boolean {
  return (
    isObject(value) && (value as { options?: { rejectUnauthorized?: unknown } }).options?.rejectUnauthorized !== false
  );
}
