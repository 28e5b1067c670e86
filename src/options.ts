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

/**
 * How a `DatastreamClient` connects and what it does with messages.
 *
 * Times are in milliseconds: more than 0, at most 2 147 483 647. The constructor checks every option and throws an
 * {@link InvalidOptionError}, which names the option, for the first that is missing or wrong; nothing is checked later.
 * An option that is `undefined` is one that is not given.
 *
 * @typeParam Message - what `decode` yields
 */
export interface DatastreamOptions<Message = DatastreamMessage> {
  /**
   * Where the datastream is.
   *
   * The API's `http:` or `https:` URL is converted (protocol, section 1.1): the first label `api` becomes `datastream`, the
   * path `/datastream`, the scheme `ws:` or `wss:`, so that `https://api.schematichq.com` is dialled as
   * `wss://datastream.schematichq.com/datastream`. A `ws:` or `wss:` URL is dialled as it is. Credentials and a fragment are
   * left out, since a page may not dial them; a query stays. A key that would leave the machine over `ws:` is warned of.
   *
   * Anything else throws.
   */
  url: string;
  /**
   * The key, or a function that is asked for it before **every** attempt: for keys that change, and tokens that expire.
   * To change the key now, let the function give the new one and call {@link DatastreamClient.reconnect}.
   *
   * A function that throws, rejects, gives something else, or nothing within 10 s, makes a failed attempt
   * (`CREDENTIALS_FAILED`), retried like any other. What ends the client is a key that the server rejects: close code 4001,
   * or status 401 or 403 on the upgrade (`UNAUTHORIZED`). A function is asked once more first.
   *
   * Keys are printable ASCII without spaces, which every {@link auth | strategy} can carry. An empty key throws.
   */
  apiKey: ApiKey;
  /**
   * Called with every message, one at a time and in the order in which the server sent them; a promise is awaited before the
   * next. While it is slow, messages wait: see {@link queueSize}.
   *
   * One that throws or rejects gives an `error` event (`HANDLER_FAILED`), and the next message is handled: it never ends the
   * connection. Nothing is delivered once `close()` has been called.
   */
  messageHandler: (message: Message, context: MessageContext) => void | Promise<void>;
  /**
   * Runs on each new connection before it counts as ready: the place to ask for what you follow, since a subscription ends
   * with its connection (protocol, section 1.3). It may send, and await the answer: messages are delivered meanwhile.
   *
   * When it throws or rejects (`READY_FAILED`), or takes longer than {@link readyTimeout}, the connection is replaced after a
   * wait, and that counts as a failed attempt.
   *
   * @defaultValue none: a connection is ready as soon as it is open
   */
  connectionReadyHandler?: (context: ReadyContext) => void | Promise<void>;
  /**
   * Where the client writes what it does: `console`, pino, winston, anything with `debug`, `info`, `warn` and `error`. One
   * line for each change of state, and one for each error; never a key or a message. One that throws is not asked why.
   *
   * @defaultValue none; then errors that nobody listens to go to `console.error`, if they ended the client or came from one
   * of your functions
   */
  logger?: Logger;
  /**
   * Dials in a row that may fail before the client gives up with `ATTEMPTS_EXHAUSTED`, the first one included, and the loss of
   * a connection that was not stable yet too: 10 are ten dials and nine waits; 1 and 0 mean a single dial. A connection that
   * was ready for {@link stableAfter} starts a new count. Without a network nothing is counted.
   *
   * Giving up ends the client: `start()` opens it again. For a service that has to come back whenever the server does, take
   * `Infinity`.
   *
   * @defaultValue 10
   */
  maxReconnectAttempts?: number;
  /**
   * The shortest wait before a dial; the first one lies between this and five times as much. More than
   * {@link maxReconnectDelay} throws.
   *
   * @defaultValue 1 000 ms, or `maxReconnectDelay` if that is less
   */
  minReconnectDelay?: number;
  /**
   * The longest wait before a dial, except that a server that asks for more (`Retry-After`, RFC 9110, section 10.2.3) is left
   * alone for as long as it asks, up to five minutes.
   *
   * @defaultValue 30 000 ms
   */
  maxReconnectDelay?: number;
  /**
   * The silence after which the connection counts as dead, and is replaced (`PONG_TIMEOUT`). Any byte that arrives breaks it:
   * one huge message on a slow link is not silence. Time in which this process slept or was blocked is not held against the
   * server: it is asked once more first.
   *
   * It is judged only where something provokes an answer: ping frames (Node), or {@link heartbeat}.
   *
   * @defaultValue 60 000 ms
   */
  pongTimeout?: number;
  /**
   * How often a ping frame goes out, whatever traffic there is, so that neither side takes the other for idle. In a page,
   * which has no ping frames, how often the {@link heartbeat} does. As much as {@link pongTimeout} or more throws, since no
   * answer could come in time.
   *
   * @defaultValue 90 % of `pongTimeout`: 54 000 ms
   */
  pingInterval?: number;
  /**
   * How long a message may take to be handed to the network: `sendMessage()` rejects with `WRITE_TIMEOUT` after it, and the
   * connection is replaced, since a network that takes nothing is not going to carry the next message either.
   *
   * @defaultValue 10 000 ms
   */
  writeTimeout?: number;
  /**
   * How long a dial may take, name lookup, TCP, TLS and upgrade together, before it counts as failed (`CONNECT_TIMEOUT`).
   *
   * @defaultValue 30 000 ms
   */
  connectTimeout?: number;
  /**
   * How long the {@link connectionReadyHandler} may take, before the connection is replaced (`READY_TIMEOUT`).
   *
   * @defaultValue 30 000 ms
   */
  readyTimeout?: number;
  /**
   * How long a connection must have been ready before its loss starts a new count of attempts and of waits. It keeps a server
   * that accepts and closes at once, again and again, from being dialled without end.
   *
   * @defaultValue 10 000 ms
   */
  stableAfter?: number;
  /**
   * Messages that may wait for the handler. From there on nothing more is read until half of them are handled, and TCP slows
   * the server down (Node); nothing is dropped. A mark and no wall: one read may overshoot it.
   *
   * A page cannot slow a server down: there a full queue is an error (`QUEUE_OVERFLOW`) and the connection is made anew, so
   * that the next snapshot heals the gap.
   *
   * @defaultValue 1 000 messages
   */
  queueSize?: number;
  /**
   * How the key reaches the server: {@link headerAuth}, {@link queryAuth}, {@link subprotocolAuth}, {@link messageAuth}, or a
   * strategy of your own. A page cannot send headers, so there the server has to accept another way.
   *
   * `headerAuth()` throws where the platform cannot send headers. A strategy that throws makes a failed attempt
   * (`CREDENTIALS_FAILED`).
   *
   * @defaultValue `headerAuth()` where the platform can send headers (Node, and Bun and Deno where their `WebSocket` takes
   * them), else `queryAuth()`, with one warning
   */
  auth?: AuthStrategy;
  /**
   * Headers to add to the handshake or to replace in it, where the platform can send them: `X-Schematic-Datastream-Mode`, for
   * one (protocol, section 1.2). A page ignores them. What is no header (RFC 9110, section 5) throws.
   *
   * @defaultValue none
   */
  headers?: Record<string, string>;
  /**
   * Node: an authority to trust (`ca`), a certificate of one's own (`cert`, `key`), the name to expect (`servername`).
   * Anything else throws, `rejectUnauthorized` above all: verification cannot be turned off.
   *
   * @defaultValue what Node trusts
   */
  tls?: TlsOptions;
  /**
   * Node: an `http.Agent` or `https.Agent`, for a proxy: `new HttpsProxyAgent(proxy)`. One that turns verification off throws.
   *
   * @defaultValue none: a connection of its own
   */
  agent?: object;
  /**
   * Pages: a message to send every {@link pingInterval} in the place of ping frames, which a page cannot send. It has to be
   * one that the server answers: that is how a dead connection is noticed before somebody looks at the page again.
   *
   * A `message` that throws, or gives a promise, ends the connection with `HANDLER_FAILED`, which is retried.
   *
   * @defaultValue none
   */
  heartbeat?: {
    /** Makes the next one. */
    message: () => unknown;
  };
  /**
   * Node: offer permessage-deflate (RFC 7692), which costs 28 times the CPU on small messages: for metered networks.
   *
   * @defaultValue false
   */
  compression?: boolean;
  /**
   * The n-th wait of a count, in milliseconds, instead of the ladder of {@link backoff}. What it gives is cut to what a timer can hold, and
   * raised to the `Retry-After` of the server, if there is one. When it throws, or gives no number, the ladder holds, and a
   * throw gives an `error` event (`HANDLER_FAILED`).
   *
   * @defaultValue the ladder: 1 to 5 s, 5 to 10, 10 to 20, 20 to 30, and so on
   */
  backoff?: (attempt: number, context: BackoffContext) => number;
  /**
   * Decides whether a loss is followed by dial number `attempt`: `true` dials, over the limit of attempts too; `false` ends the
   * client with that loss; `undefined` leaves it to the default. When it throws, the default holds, with an `error` event
   * (`HANDLER_FAILED`).
   *
   * @defaultValue all losses are, but a rejected key and the last attempt; close codes 1000 and 1001 too, since a server that
   * rolls closes with them
   */
  shouldReconnect?: (loss: DatastreamError, attempt: number) => boolean | undefined;
  /**
   * Reads a frame, text or binary: another codec than JSON, or a check of the shape. A frame that it throws for is dropped with
   * an `error` event (`MALFORMED_MESSAGE`); the connection stays.
   *
   * @defaultValue JSON; a binary frame is read as UTF-8
   */
  decode?: (data: FrameData, type: FrameType) => Message;
  /**
   * Writes a message as a frame: a string goes as text, bytes as binary. When it throws, `sendMessage()` rejects with
   * `MALFORMED_MESSAGE`.
   *
   * @defaultValue JSON
   */
  encode?: (message: unknown) => FrameData;
  /**
   * Closes the client when it aborts, for good: `start()` does nothing then.
   *
   * @defaultValue none
   */
  signal?: Signal;
  /**
   * Node: do not let the client alone keep the process alive. By default it does, in its waits too: a service with nothing
   * else to do must not end, silently and with status 0, because its server is away for a moment.
   *
   * @defaultValue false
   */
  unref?: boolean;
  /**
   * Another world to live in: sockets, time and chance, for tests (`FakePlatform` of `schematic-datastream-ws/testing`),
   * proxies and polyfills. One that lacks a part throws.
   *
   * @defaultValue Node's, or that of the global `WebSocket`
   */
  platform?: Platform;
}

/** The default of `readyTimeout`, in milliseconds. */
export const READY_TIMEOUT = 30_000;

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
  readyTimeout: aDuration(READY_TIMEOUT),
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
  // The rules have looked at each value: what they let through is of these types, which they cannot say.
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
  const settings = Object.entries(rules).map(([name, [expected, holds, byDefault]]) => {
    let value: unknown;
    const isMet = () => {
      value = given[name];
      return value === undefined ? byDefault !== null : holds(value);
    };
    // What cannot even be looked at is wrong like anything else.
    demand(guarded(nothing, isMet), name, expected, value);
    return [name, value ?? byDefault];
  });
  // Made at once: an object that got so many names one by one would be a large and slow table to the engine.
  return Object.fromEntries(settings) as Record<string, unknown>;
}
