import { isApiKey, KEY_CHARACTERS, type ApiKey } from './api-key';
import { headerAuth, queryAuth, type AuthStrategy } from './auth';
import { backoff, type BackoffContext } from './backoff';
import { endpoint } from './endpoint';
import type { DatastreamError } from './errors';
import { guarded, nothing } from './guarded';
import type { Logger } from './log';
import { decodeJson, encodeJson, type DatastreamMessage, type FrameData, type FrameType } from './messages';
import { optionRules, platform as detectedPlatform } from './platform';
import type { Platform, TlsOptions } from './platform/platform';
import type { Settings } from './settings';
import type { Signal } from './signal';
import type { MessageContext, ReadyContext } from './handler-contexts';
import { demand } from './option-error';
import { aCount, aDuration, aFunction, withMethods, type OptionRule } from './option-rules';

/** How a `DatastreamClient` connects and what it does with messages. Times in milliseconds. */
export interface DatastreamOptions<Message = DatastreamMessage> {
  /**
   * The API's base URL (`https://api.schematichq.com`), converted to the datastream's (protocol, section 1.1), or a
   * `ws:` or `wss:` URL, used as it is.
   */
  url: string;
  /** A rejection of the function, or 10 s of silence, is a failed attempt. */
  apiKey: ApiKey;
  /** Called with one message at a time, in order; a promise is awaited before the next. */
  messageHandler: (message: Message, context: MessageContext) => void | Promise<void>;
  /** Runs before each connection counts as ready. It may send, and messages are delivered meanwhile. */
  connectionReadyHandler?: (context: ReadyContext) => void | Promise<void>;
  /** `console`, pino, winston: anything with `debug`, `info`, `warn` and `error`. */
  logger?: Logger;
  /**
   * Dials in a row that may fail before the client gives up, the first one included; 1 and 0 mean a single dial,
   * `Infinity` never to give up. A connection that was stable starts a new count.
   * @defaultValue 10
   */
  maxReconnectAttempts?: number;
  /** @defaultValue 1 000 */
  minReconnectDelay?: number;
  /** @defaultValue 30 000 */
  maxReconnectDelay?: number;
  /**
   * The silence after which the connection counts as dead; any inbound byte breaks it.
   * @defaultValue 60 000
   */
  pongTimeout?: number;
  /**
   * How often a ping goes out; less than `pongTimeout`.
   * @defaultValue 90 % of `pongTimeout`
   */
  pingInterval?: number;
  /**
   * How long a message may take to be handed to the network, before the connection is replaced.
   * @defaultValue 10 000
   */
  writeTimeout?: number;
  /** @defaultValue 30 000 */
  connectTimeout?: number;
  /** @defaultValue 30 000 */
  readyTimeout?: number;
  /**
   * How long a connection must have been ready before its loss starts a new count of attempts.
   * @defaultValue 10 000
   */
  stableAfter?: number;
  /**
   * Messages that may wait for the handler before the sender is slowed down; one read may overshoot it.
   * @defaultValue 1 000
   */
  queueSize?: number;
  /**
   * How the key reaches the server.
   * @defaultValue `headerAuth()` where the platform can send headers, else `queryAuth()`
   */
  auth?: AuthStrategy;
  /** Handshake headers to add or replace, where the platform can send them. */
  headers?: Record<string, string>;
  /** Node: whom to trust, and how to prove oneself. Verification cannot be turned off. */
  tls?: TlsOptions;
  /** Node: an `http.Agent` or `https.Agent`, for a proxy. */
  agent?: object;
  /** Pages, which cannot send ping frames: the message to send every `pingInterval` instead. */
  heartbeat?: { message: () => unknown };
  /**
   * Node: offer permessage-deflate, which costs 28 times the CPU on small messages.
   * @defaultValue false
   */
  compression?: boolean;
  /**
   * The n-th wait of a count, instead of the ladder; clamped to what a timer can hold.
   */
  backoff?: (attempt: number, context: BackoffContext) => number;
  /** Overrides whether a loss is followed by dial number `attempt`; `undefined` leaves it to the default rule. */
  shouldReconnect?: (loss: DatastreamError, attempt: number) => boolean | undefined;
  /** @defaultValue JSON; a binary frame is read as UTF-8 */
  decode?: (data: FrameData, type: FrameType) => Message;
  /** @defaultValue JSON */
  encode?: (message: unknown) => FrameData;
  /** Closes the client, for good, when it aborts. */
  signal?: Signal;
  /**
   * Node: do not keep the process alive.
   * @defaultValue false
   */
  unref?: boolean;
  /** Another world to live in, for tests, proxies and polyfills. */
  platform?: Platform;
}

/** Every option by its rule. A function, so that nothing runs at import. */
const clientRules = (): Readonly<Record<string, OptionRule>> => ({
  url: ['an http(s) or ws(s) URL', endpoint, null],
  apiKey: [`${KEY_CHARACTERS}, or a function`, (value) => typeof value === 'function' || isApiKey(value), null],
  messageHandler: aFunction(null),
  connectionReadyHandler: aFunction(),
  logger: withMethods('debug, info, warn, error'),
  maxReconnectAttempts: aCount(0, Infinity, 10),
  minReconnectDelay: aDuration(),
  maxReconnectDelay: aDuration(30_000),
  pongTimeout: aDuration(60_000),
  pingInterval: aDuration(),
  writeTimeout: aDuration(10_000),
  connectTimeout: aDuration(30_000),
  readyTimeout: aDuration(30_000),
  stableAfter: aDuration(10_000),
  queueSize: aCount(1, 1e9, 1_000),
  auth: withMethods('authorize'),
  heartbeat: withMethods('message'),
  backoff: aFunction(backoff),
  shouldReconnect: aFunction(),
  decode: aFunction(decodeJson),
  encode: aFunction(encodeJson),
  signal: withMethods('addEventListener, removeEventListener'),
  platform: withMethods('open, random, report, clock.now, clock.after, clock.afterRead', detectedPlatform),
  ...optionRules,
});

/**
 * Checks every option and fills in every default, once.
 *
 * @throws InvalidOptionError that names the option and, unless it is secret, its value
 */
export function resolveOptions<Message>(options: DatastreamOptions<Message>): Settings<Message> {
  const settings = holdToRules(options) as unknown as Checked<Message>;
  const { auth, maxReconnectDelay: max, pongTimeout } = settings;
  const platform = (settings.platform = platformOf(settings));
  const minReconnectDelay = (settings.minReconnectDelay ??= Math.min(1_000, max));
  const pingInterval = (settings.pingInterval ??= pongTimeout * 0.9);
  const { sendsHeaders } = platform;
  demand(minReconnectDelay <= max, 'minReconnectDelay', `at most maxReconnectDelay (${max})`, minReconnectDelay);
  demand(pingInterval < pongTimeout, 'pingInterval', `less than pongTimeout (${pongTimeout})`, pingInterval);
  demand(
    sendsHeaders || !auth?.needsHeaders,
    'auth',
    'queryAuth() or the like: this platform sends no headers',
    auth?.name,
  );
  settings.auth ??= sendsHeaders ? headerAuth() : queryAuth();
  settings.endpoint = endpoint(settings.url);
  return settings as Settings<Message>;
}

/** The world that the options choose. */
export function platformOf({
  platform = detectedPlatform,
  unref,
}: Pick<DatastreamOptions, 'platform' | 'unref'>): Platform {
  return (unref ? platform.unref?.() : undefined) ?? platform;
}

/** Options of which every value is right; what depends on others, or on the platform, is still to be filled in. */
type Checked<Message> = Omit<Settings<Message>, Dependent> &
  Pick<DatastreamOptions<Message>, 'url' | 'unref'> & { -readonly [Name in Dependent]?: Settings<Message>[Name] };
type Dependent = 'minReconnectDelay' | 'pingInterval' | 'auth' | 'endpoint' | 'platform';

/** The options that are given, inherited ones too, and the defaults of the others. */
export function holdToRules(
  options: unknown,
  rules: Readonly<Record<string, OptionRule>> = clientRules(),
): Record<string, unknown> {
  demand(Object(options) === options, 'options', 'an object', options);
  const given = options as Record<string, unknown>;
  // A copy of what has all the names already: one that got them one by one would be a slow and large table to the engine.
  const settings: Record<string, unknown> = { ...rules };
  for (const [name, [expected, holds, byDefault]] of Object.entries(rules)) {
    let value: unknown;
    const isMet = () => {
      value = given[name];
      return value === undefined ? byDefault !== null : holds(value);
    };
    // What cannot even be looked at is wrong like anything else.
    demand(guarded(nothing, isMet), name, expected, value);
    settings[name] = value ?? byDefault;
  }
  return settings;
}
