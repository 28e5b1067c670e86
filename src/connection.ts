import { requestKey } from './credentials';
import { deadline } from './deadline';
import { errorFromEnding } from './ending';
import { withoutSecrets } from './endpoint';
import { DatastreamError, type DatastreamErrorCode } from './errors';
import { handshake } from './handshake';
import { Heartbeat, type HeartbeatSubject } from './heartbeat';
import { isThenable } from './guarded';
import type { FrameData } from './messages';
import type { Cancel, Clock, SocketEnding } from './platform/platform';
import type { Authorization } from './auth';
import { redactEnding, redactError } from './redaction';
import type { ConnectionSettings } from './settings';
import type { Transport, TransportListener } from './transport/transport';
import { WebSocketTransport } from './transport/websocket-transport';

/** RFC 6455, section 7.4.1. */
const NORMAL_CLOSURE = 1000;
/** From the range for applications, the only one that a page may use: this side gave the connection up. */
const ABANDONED_CLOSURE = 4000;

/** What a connection tells: `opened` at most once, `lost` at most once, and nothing after it or after `close`. */
export interface ConnectionListener {
  opened(): void;
  received(data: FrameData, size: number): void;
  lost(error: DatastreamError): void;
}

/** One attempt: credentials, a transport that opens in time, then stays alive. */
export class Connection {
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  #transport: Transport | undefined;
  #heartbeat: Heartbeat | undefined;
  #isOpen = false;
  #isOver = false;
  /** Undoes what the phase that runs now has started; each undo may come late, or twice. */
  readonly #started: Cancel[] = [];

  constructor(settings: ConnectionSettings, listener: ConnectionListener) {
    this.#settings = settings;
    this.#clock = settings.platform.clock;
    this.#listener = listener;
  }

  get roundTripTime(): number | undefined {
    return this.#heartbeat?.roundTripTime;
  }

  /** Asks for the key and dials: in this same turn when the key is at hand. */
  open(): void {
    const cancel = requestKey(this.#settings.apiKey, this.#clock, {
      given: (apiKey) => this.#dial(apiKey),
      failed: (error) => this.#lose(error),
    });
    this.#started.push(cancel);
    // The function that gives the key may have closed the client.
    if (this.#isOver) this.#leavePhase();
  }

  /** As `Transport.send`; only between `opened` and the end. */
  send(data: FrameData): Promise<void> {
    if (this.#transport && !this.#isOver) return this.#transport.send(data);
    return Promise.reject(new DatastreamError('CONNECTION_CLOSED', 'The connection has ended', { retryable: true }));
  }

  /** Stops reading; `false` where the platform cannot. */
  pause(): boolean {
    return this.#transport?.pause() ?? true;
  }

  resume(): void {
    this.#transport?.resume();
  }

  /** Time may have passed that nothing noticed: a connection that is silent since long has to show itself. */
  wake(): void {
    this.#heartbeat?.wake();
  }

  /** Ends it from this side, now and silently. The promise resolves when nothing is left of it; it never rejects. */
  close(error?: DatastreamError): Promise<void> {
    this.#isOver = true;
    this.#leavePhase();
    const ended = error
      ? this.#transport?.abandon(ABANDONED_CLOSURE, error.code)
      : this.#transport?.close(NORMAL_CLOSURE, '');
    return ended ?? Promise.resolve();
  }

  #dial(apiKey: string): void {
    const authorization = this.#isOver ? undefined : this.#authorize(apiKey);
    // Each function of the user's may have closed the client.
    if (!authorization || this.#isOver) return;
    const { platform, writeTimeout, connectTimeout } = this.#settings;
    try {
      const request = handshake(this.#settings, authorization);
      this.#transport = new WebSocketTransport(
        platform,
        request,
        writeTimeout,
        this.#listenerFor(authorization, apiKey),
      );
    } catch (cause) {
      return this.#fail('CONNECT_FAILED', `Cannot open a WebSocket to ${this.#address}`, redactError(cause, apiKey));
    }
    const cancel = deadline(this.#clock, connectTimeout, () =>
      this.#fail('CONNECT_TIMEOUT', `No connection to ${this.#address} within connectTimeout (${connectTimeout} ms)`),
    );
    this.#started.push(cancel);
  }

  #authorize(apiKey: string): Authorization | undefined {
    const { auth } = this.#settings;
    const strategy = `The strategy "${auth.name}" of the option "auth"`;
    try {
      const authorization: unknown = auth.authorize(apiKey);
      if (isAuthorization(authorization)) return authorization;
      this.#fail('CREDENTIALS_FAILED', `${strategy} gave no object`);
    } catch (cause) {
      this.#fail('CREDENTIALS_FAILED', `${strategy} threw`, redactError(cause, apiKey));
    }
    return undefined;
  }

  #listenerFor(authorization: Authorization, apiKey: string): TransportListener {
    return {
      opened: () => this.#opened(authorization),
      received: (data, size) => this.#listener.received(data, size),
      ponged: () => this.#heartbeat?.ponged(),
      stalled: () => this.#fail('WRITE_TIMEOUT', 'The peer has stopped taking messages: a write did not end in time'),
      ended: (ending) => this.#ended(redactEnding(ending, apiKey)),
    };
  }

  #opened(authorization: Authorization): void {
    this.#leavePhase();
    this.#isOpen = true;
    this.#startHeartbeat();
    // What authenticates the connection goes out before anything else.
    if ('firstMessage' in authorization) {
      const failure = 'The first message, which carries the key, cannot be encoded';
      this.#sendOwn(() => authorization.firstMessage, 'CREDENTIALS_FAILED', failure);
    }
    if (!this.#isOver) this.#listener.opened();
  }

  #startHeartbeat(): void {
    const heartbeat = new Heartbeat(this.#settings, this.#subject(), () =>
      this.#fail('PONG_TIMEOUT', `Nothing came from the server within pongTimeout (${this.#settings.pongTimeout} ms)`),
    );
    this.#heartbeat = heartbeat;
    this.#started.push(() => heartbeat.stop());
    heartbeat.start();
  }

  #subject(): HeartbeatSubject {
    const transport = this.#transport;
    const { page } = this.#settings.platform;
    return {
      ask: this.#question(),
      activity: () => transport?.activity ?? 0,
      isPaused: () => transport?.isPaused ?? false,
      isHidden: () => page?.isVisible === false,
    };
  }

  /** What provokes an answer: without it, silence means nothing. */
  #question(): (() => void) | undefined {
    if (this.#transport?.ping) return this.#transport.ping;
    const { heartbeat } = this.#settings;
    return heartbeat && (() => this.#sendOwn(heartbeat.message, 'HANDLER_FAILED', 'The heartbeat message failed'));
  }

  /** Sends a message that nobody waits for: if it does not arrive, the connection is lost, and that is told once. */
  #sendOwn(build: () => unknown, code: DatastreamErrorCode, failure: string): void {
    try {
      const message = build();
      if (isThenable(message)) {
        message.then(undefined, () => undefined);
        throw new TypeError('A promise cannot be sent; the message is needed at once');
      }
      this.send(this.#settings.encode(message)).catch(() => undefined);
    } catch (cause) {
      this.#fail(code, failure, cause);
    }
  }

  #ended(ending: SocketEnding): void {
    this.#lose(errorFromEnding(ending, this.#isOpen, this.#address));
  }

  #fail(code: DatastreamErrorCode, message: string, cause?: unknown): void {
    this.#lose(new DatastreamError(code, message, { retryable: true, cause }));
  }

  #lose(error: DatastreamError): void {
    if (this.#isOver) return;
    void this.close(error);
    this.#listener.lost(error);
  }

  #leavePhase(): void {
    for (const undo of this.#started.splice(0)) undo();
  }

  get #address(): string {
    return withoutSecrets(this.#settings.endpoint);
  }
}

function isAuthorization(value: unknown): value is Authorization {
  return typeof value === 'object' && value !== null;
}
