import type { ApiKey } from './api-key';
import { headerAuth, queryAuth, type AuthStrategy } from './auth';
import { backoff, type BackoffContext } from './backoff';
import { endpoint } from './endpoint';
import type { DatastreamError } from './errors';
import type { Logger } from './log';
import { decodeJson, encodeJson, type DatastreamMessage, type FrameData, type FrameType } from './messages';
import { platform as detectedPlatform } from './platform';
import type { Platform, TlsOptions } from './platform/platform';
import type { Settings } from './settings';
import type { Signal } from './signal';
import type { MessageContext, ReadyContext } from './handler-contexts';
import { wrongOption } from './option-error';
import { checkOptions, OPTION_NAMES } from './option-rules';

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

/**
 * Checks every option and fills in every default, once.
 *
 * @throws InvalidOptionError that names the option and, unless it is secret, its value
 */
export function resolveOptions<Message>(options: DatastreamOptions<Message>): Settings<Message> {
  checkOptions(options);
  const given = ownOptions(options);
  const platform = given.platform ?? detectedPlatform;
  const { maxReconnectDelay = 30_000, pongTimeout = 60_000 } = given;
  const settings = {
    maxReconnectAttempts: 10,
    minReconnectDelay: Math.min(1_000, maxReconnectDelay),
    maxReconnectDelay,
    pongTimeout,
    pingInterval: pongTimeout * 0.9,
    writeTimeout: 10_000,
    connectTimeout: 30_000,
    readyTimeout: 30_000,
    stableAfter: 10_000,
    queueSize: 1_000,
    auth: platform.sendsHeaders ? headerAuth() : queryAuth(),
    headers: {},
    compression: false,
    backoff,
    // What a decoder yields is the user's word; the default's is whatever JSON the server sends.
    decode: decodeJson as (data: FrameData) => Message,
    encode: encodeJson,
    ...given,
    endpoint: endpoint(given.url),
    renewsKey: typeof given.apiKey === 'function',
    fellBackToQuery: !given.auth && !platform.sendsHeaders,
    platform: given.unref ? (platform.unref?.() ?? platform) : platform,
  };
  checkTogether(settings);
  return settings;
}

/** Holds options to the rules that concern two of them. */
function checkTogether<Message>(settings: Settings<Message>): void {
  const { minReconnectDelay, maxReconnectDelay, pingInterval, pongTimeout, auth, platform } = settings;
  if (minReconnectDelay > maxReconnectDelay) {
    throw wrongOption('minReconnectDelay', `at most maxReconnectDelay (${maxReconnectDelay})`, minReconnectDelay);
  }
  if (pingInterval >= pongTimeout) {
    throw wrongOption('pingInterval', `less than pongTimeout (${pongTimeout})`, pingInterval);
  }
  if (auth.needsHeaders && !platform.sendsHeaders) {
    const expected = 'queryAuth(), subprotocolAuth() or messageAuth() on this platform, which sends no headers';
    throw wrongOption('auth', expected, `${auth.name}Auth()`);
  }
}

/** The options that are given, inherited ones too, without those that are undefined. */
function ownOptions<Message>(options: DatastreamOptions<Message>): DatastreamOptions<Message> {
  const given = OPTION_NAMES.map((name) => [name, options[name]] as const);
  // The same values under the same names, of which fromEntries forgets which belongs to which.
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as unknown as DatastreamOptions<Message>;
}
