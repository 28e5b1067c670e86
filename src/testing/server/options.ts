import { InvalidOptionError } from '../../errors';
import type { Pem } from '../../platform/platform';
import { isFields, type WireCompany, type WireFlag, type WireUser } from './entities';

/** Which API keys are let in: a list, or a test. */
export type AcceptedKeys = readonly string[] | ((apiKey: string) => boolean);

/** How a `DatastreamServer` starts. Times in milliseconds. */
export interface DatastreamServerOptions {
  /** Zero picks a free one. @default 0 */
  port?: number;
  /** The address to listen on. @default '127.0.0.1', reachable from this machine alone */
  host?: string;
  /** The keys that are let in. @default every key that is not empty */
  apiKeys?: AcceptedKeys;
  /** The query parameter that may carry the API key. @default 'apiKey' */
  apiKeyParameter?: string;
  /**
   * Whether a connection that brought no key may send it as its first message: `true` for `{ apiKey }`, or a function
   * that reads the key out of the decoded message. @default false
   */
  messageAuth?: boolean | ((message: unknown) => string | undefined);
  /** How long to wait for that first message before closing with 4001. @default 5_000 */
  messageAuthTimeout?: number;
  /** What the server holds at first; `null` is sent as it is, the way a Go server does. @default [] */
  flags?: readonly WireFlag[] | null;
  /** The companies that it holds at first. @default [] */
  companies?: readonly WireCompany[];
  /** The users that it holds at first. @default [] */
  users?: readonly WireUser[];
  /** Serves https and wss with this certificate. */
  tls?: ServerTlsOptions;
  /** Accepts permessage-deflate when a client offers it. @default false */
  compression?: boolean;
  /**
   * How many live messages it keeps for requests with `replay_from`: those that came after that id go out ahead of the
   * answer, or a `reload` when they are no longer kept. @default 0, which takes no notice of `replay_from`
   */
  replayWindow?: number;
  /** Sends flags in pages of so many also to clients that did not ask for pages. @default one frame */
  pageSize?: number;
}

/** The certificate of the server, in PEM. */
export interface ServerTlsOptions {
  /** The chain, the server's own certificate first. */
  cert: Pem;
  /** The private key that belongs to it. */
  key: Pem;
}

/** `DatastreamServerOptions` with every default filled in. */
export interface ServerSettings {
  port: number;
  host: string;
  acceptsKey: (apiKey: string) => boolean;
  apiKeyParameter: string;
  readMessageKey?: (message: unknown) => string | undefined;
  messageAuthTimeout: number;
  flags: readonly WireFlag[] | null;
  companies: readonly WireCompany[];
  users: readonly WireUser[];
  tls?: ServerTlsOptions;
  compression: boolean;
  replayWindow: number;
  pageSize?: number;
}

const HIGHEST_PORT = 65_535;

/** @throws InvalidOptionError naming the first option that is wrong. */
export function resolveServerOptions(options: DatastreamServerOptions): ServerSettings {
  const { port = 0, host = '127.0.0.1', apiKeyParameter = 'apiKey', messageAuthTimeout = 5_000 } = options;
  const { flags = [], companies = [], users = [], messageAuth = false, compression = false, tls } = options;
  const { replayWindow = 0, pageSize } = options;
  check('port', port, 'an integer from 0 to 65535', Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT);
  check('host', host, 'a non-empty string', isText(host));
  check('apiKeyParameter', apiKeyParameter, 'a non-empty string', isText(apiKeyParameter));
  check('messageAuth', messageAuth, 'a boolean or a function', ['boolean', 'function'].includes(typeof messageAuth));
  check('messageAuthTimeout', messageAuthTimeout, 'a positive number', messageAuthTimeout > 0);
  check('flags', flags, 'an array or null', flags === null || Array.isArray(flags));
  check('companies', companies, 'an array', Array.isArray(companies));
  check('users', users, 'an array', Array.isArray(users));
  check('compression', compression, 'a boolean', typeof compression === 'boolean');
  check('replayWindow', replayWindow, 'a number, 0 or more', replayWindow >= 0);
  check(
    'pageSize',
    pageSize,
    'a positive integer',
    pageSize === undefined || (Number.isInteger(pageSize) && pageSize > 0),
  );
  // Never the value: it holds a private key.
  check('tls', 'something else', '{ cert, key }', !tls || (isFields(tls) && Boolean(tls.cert) && Boolean(tls.key)));
  return {
    port,
    host,
    acceptsKey: resolveAcceptedKeys(options.apiKeys),
    apiKeyParameter,
    readMessageKey: messageAuth === true ? apiKeyField : messageAuth || undefined,
    messageAuthTimeout,
    flags,
    companies,
    users,
    tls,
    compression,
    replayWindow,
    pageSize,
  };
}

/** @throws InvalidOptionError */
export function resolveAcceptedKeys(apiKeys: AcceptedKeys = () => true): (apiKey: string) => boolean {
  if (typeof apiKeys === 'function') return apiKeys;
  // Never the values: they may be real keys.
  check(
    'apiKeys',
    typeof apiKeys,
    'an array of strings or a function',
    Array.isArray(apiKeys) && apiKeys.every(isText),
  );
  return (apiKey) => apiKeys.includes(apiKey);
}

function apiKeyField(message: unknown): string | undefined {
  const apiKey = isFields(message) ? message['apiKey'] : undefined;
  return typeof apiKey === 'string' && apiKey !== '' ? apiKey : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function check(option: string, value: unknown, expected: string, holds: boolean): void {
  if (!holds) throw new InvalidOptionError(option, `Option "${option}" must be ${expected}, got ${String(value)}`);
}
