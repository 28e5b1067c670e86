import { isApiKey, KEY_CHARACTERS } from './api-key';
import type { Authorization } from './auth';
import { deadline } from './deadline';
import { errorFromEnding } from './ending';
import { withoutQuery } from './endpoint';
import { goesOn, optionFailed, timedOut, type DatastreamError, type DatastreamErrorCode } from './errors';
import { guarded, isThenable, nothing } from './guarded';
import { handshake } from './handshake';
import { startHeartbeat, type Heartbeat } from './heartbeat';
import type { FrameData } from './messages';
import { demand } from './option-error';
import { redactError } from './redaction';
import type { ConnectionSettings } from './settings';
import { connectionEnded } from './transport/outbox';
import type { Transport } from './transport/transport';
import { openTransport } from './transport/websocket-transport';

/** How long a key provider may take, in milliseconds. */
const PROVIDER_TIMEOUT = 10_000;

/** What a connection tells: each but `received` at most once, and nothing after `lost` or `close`. */
export interface ConnectionListener {
  opened(): void;
  received(data: FrameData, size: number): void;
  /** The ready handler has succeeded. */
  readied(): void;
  lost(error: DatastreamError): void;
}

/** One attempt: credentials, a transport that opens in time, is made ready in time, then stays alive. */
export interface Connection {
  roundTripTime(): number | undefined;
  /** Asks for the key and dials: in this same turn when the key is at hand. */
  open(): void;
  /** Runs the ready handler; only after `opened`. */
  initialize(): void;
  /** As `Transport.send`; only between `opened` and the end. */
  send(data: FrameData): Promise<void>;
  /** Stops reading; `false` where the platform cannot. */
  pause(): boolean;
  resume(): void;
  /** Time may have passed that nothing noticed: a connection that is silent since long has to show itself. */
  wake(): void;
  /**
   * Ends it from this side, now and silently, but for the signal of the ready handler: its listeners may do anything. The
   * promise, if there is something to wait for, resolves when nothing is left of it; it never rejects.
   */
  close(error?: DatastreamError): Promise<void> | undefined;
}

/** A connection that is not opened yet. */
export function connection(settings: ConnectionSettings, listener: ConnectionListener): Connection {
  const { apiKey, auth, platform, pongTimeout } = settings;
  const { clock } = platform;
  const address = withoutQuery(settings.endpoint);
  let key: string | undefined;
  let transport: Transport | undefined;
  let heartbeat: Heartbeat | undefined;
  let readyHandler: AbortController | undefined;
  let frames = 0;
  let isOpen = false;
  let isOver = false;
  let cancelDeadline = nothing;

  const redacted = (cause: unknown) => redactError(cause, key);

  const end = (error?: DatastreamError) => {
    isOver = true;
    cancelDeadline();
    heartbeat?.stop();
    return transport?.close(error?.code);
  };

  const lose = (error: DatastreamError) => {
    if (isOver) return;
    void end(error);
    listener.lost(error);
  };

  /** Calls a function of the user's. Each may end the connection, and what it returns means nothing then. */
  const attempt = (code: DatastreamErrorCode, option: string, call: () => unknown) => {
    const result = guarded((cause) => lose(optionFailed(code, option, redacted(cause))), call);
    return isOver ? undefined : result;
  };

  /** Begins a phase that has to end in time. */
  const within = (option: string, timeout: number, code: DatastreamErrorCode, what: string) => {
    cancelDeadline();
    cancelDeadline = deadline(clock, timeout, () => lose(timedOut(code, what, option, timeout)));
  };

  const send = (data: FrameData): Promise<void> =>
    transport && !isOver ? transport.send(data) : Promise.reject(connectionEnded());

  /** Sends a message that nobody waits for: if it does not arrive, the connection is lost, and that is told once. */
  const sendOwn = (code: DatastreamErrorCode, option: string, build: () => unknown) =>
    attempt(code, option, () => {
      send(settings.encode(unpromised(build()))).catch(nothing);
    });

  const opened = (authorization: Authorization) => {
    const { heartbeat: own } = settings;
    const ping = () => transport?.socket.ping?.();
    const beat = own && (() => sendOwn('HANDLER_FAILED', 'heartbeat', () => own.message()));
    cancelDeadline();
    isOpen = true;
    // What authenticates the connection goes out before anything else.
    if ('firstMessage' in authorization) {
      sendOwn('CREDENTIALS_FAILED', 'auth', () => authorization.firstMessage);
    }
    if (isOver) return;
    heartbeat = startHeartbeat(
      settings,
      {
        ask: transport?.socket.ping ? ping : beat,
        activity: () => transport?.socket.bytesReceived ?? frames,
        isPaused: () => transport?.isPaused() ?? false,
      },
      () => lose(timedOut('PONG_TIMEOUT', 'Nothing received', 'pongTimeout', pongTimeout)),
    );
    listener.opened();
  };

  const dial = (given: unknown) => {
    if (isOver) return;
    if (!isApiKey(given)) {
      attempt('CREDENTIALS_FAILED', 'apiKey', () => demand(false, 'apiKey', KEY_CHARACTERS, given));
      return;
    }
    key = given;
    within('connectTimeout', settings.connectTimeout, 'CONNECT_TIMEOUT', `No connection to ${address}`);
    const authorization = attempt('CREDENTIALS_FAILED', 'auth', () => {
      const made: unknown = auth.authorize(given);
      if (Object(made) !== made) throw new TypeError('It gave no object');
      unpromised((unpromised(made) as Authorization).firstMessage);
      return made;
    }) as Authorization | undefined;
    if (!authorization) return;
    const cannotOpen = (cause: unknown) =>
      lose(goesOn('CONNECT_FAILED', `Cannot connect to ${address}`, redacted(cause)));
    guarded(cannotOpen, () => {
      transport = openTransport(platform, handshake(settings, authorization), settings.writeTimeout, {
        opened: () => isOver || opened(authorization),
        received(data, size) {
          frames++;
          if (!isOver) listener.received(data, size);
        },
        ponged: () => heartbeat?.ponged(),
        stalled: lose,
        redacted,
        ended: (ending) => isOver || lose(errorFromEnding(ending, isOpen, address, key)),
      });
    });
  };

  return {
    roundTripTime: () => heartbeat?.roundTripTime(),
    open() {
      if (typeof apiKey === 'string') return dial(apiKey);
      within('its time', PROVIDER_TIMEOUT, 'CREDENTIALS_FAILED', 'No key');
      const given = attempt('CREDENTIALS_FAILED', 'apiKey', () => apiKey());
      if (isThenable(given)) void given.then(dial);
      else dial(given);
    },
    initialize() {
      const { connectionReadyHandler: handler, readyTimeout } = settings;
      if (!handler) return listener.readied();
      const { signal } = (readyHandler = new AbortController());
      within('readyTimeout', readyTimeout, 'READY_TIMEOUT', 'Not ready');
      void Promise.resolve(attempt('READY_FAILED', 'connectionReadyHandler', () => handler({ signal }))).then(() => {
        if (isOver) return;
        cancelDeadline();
        listener.readied();
      });
    },
    send,
    pause: () => transport?.pause() ?? true,
    resume: () => transport?.resume(),
    wake: () => heartbeat?.wake(),
    close(error) {
      const ended = end(error);
      readyHandler?.abort();
      return ended;
    },
  };
}

/** A promise cannot be sent; nobody waits for it, so that its rejection must not end the process. */
function unpromised(value: unknown): unknown {
  if (!isThenable(value)) return value;
  value.then(undefined, nothing);
  throw new TypeError('A promise cannot be sent');
}
