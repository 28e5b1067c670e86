/** Every way in which something can go wrong, as a string to switch on. The README says of each what to do. */
export type DatastreamErrorCode =
  | 'INVALID_OPTION'
  | 'UNAUTHORIZED'
  | 'UPGRADE_REFUSED'
  | 'CONNECT_FAILED'
  | 'CONNECT_TIMEOUT'
  | 'TLS_FAILED'
  | 'CREDENTIALS_FAILED'
  | 'READY_FAILED'
  | 'READY_TIMEOUT'
  | 'PONG_TIMEOUT'
  | 'CONNECTION_CLOSED'
  | 'ATTEMPTS_EXHAUSTED'
  | 'NOT_CONNECTED'
  | 'WRITE_TIMEOUT'
  | 'MALFORMED_MESSAGE'
  | 'HANDLER_FAILED'
  | 'LISTENER_FAILED'
  | 'QUEUE_OVERFLOW'
  | 'ABORTED'
  | 'CLIENT_CLOSED'
  | 'NOT_FOUND'
  | 'REQUEST_TIMEOUT'
  | 'KEY_CONFLICT';

/** What an error may carry beside its code and message. */
export interface DatastreamErrorDetails {
  /** What it comes from: the error of the platform, or what a function of yours threw. */
  cause?: unknown;
  /** Whether the client, left alone, goes on after this error. */
  retryable?: boolean;
}

/** An error of this library: thrown for the caller's mistake, emitted for the network's. */
export class DatastreamError extends Error {
  /** The name of the class, for logs. */
  override readonly name: string = 'DatastreamError';
  /** What to switch on; the message is for people, and may change. */
  readonly code: DatastreamErrorCode;
  /** Whether the client, left alone, goes on after this error: `false` on the one that ended it. */
  readonly retryable: boolean;

  constructor(code: DatastreamErrorCode, message: string, { cause, retryable = false }: DatastreamErrorDetails = {}) {
    // One that is undefined would be shown by consoles all the same.
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable;
  }
}

/** An option that is missing or wrong; thrown by the constructor. */
export class InvalidOptionError extends DatastreamError {
  override readonly name = 'InvalidOptionError';
  /** The name of the option, as written in the options object. */
  readonly option: string;

  constructor(option: string, message: string) {
    super('INVALID_OPTION', message);
    this.option = option;
  }
}

/** How a connection ended, as far as the platform can see it. */
export interface ConnectionEnding {
  /** The WebSocket close code (RFC 6455, section 7.4), 1006 when the peer sent none. */
  closeCode?: number;
  /** The text in the close frame, as the peer wrote it. */
  reason?: string;
  /** The status of a refused upgrade, where the platform shows it. */
  httpStatus?: number;
  /** What the server asked to wait, in milliseconds. */
  retryAfter?: number;
}

/** A connection that ended, or an upgrade that was refused. */
export class ConnectionClosedError extends DatastreamError implements ConnectionEnding {
  override readonly name = 'ConnectionClosedError';
  declare readonly closeCode?: number;
  declare readonly reason?: string;
  declare readonly httpStatus?: number;
  declare readonly retryAfter?: number;

  constructor(
    code: 'UNAUTHORIZED' | 'UPGRADE_REFUSED' | 'CONNECTION_CLOSED',
    message: string,
    ending: ConnectionEnding,
    details?: DatastreamErrorDetails,
  ) {
    super(code, message, details);
    Object.assign(this, ending);
  }
}

/** A received frame that could not be decoded, or a message that could not be encoded. */
export class MalformedMessageError extends DatastreamError {
  override readonly name = 'MalformedMessageError';
  /** The frame as it came. Hidden, and behind a getter: a logged error must not show what a message contains. */
  declare readonly data: unknown;

  constructor(message: string, data: unknown, details?: DatastreamErrorDetails) {
    super('MALFORMED_MESSAGE', message, details);
    Object.defineProperty(this, 'data', { get: () => data });
  }
}

/** An error after which the client goes on. */
export function goesOn(code: DatastreamErrorCode, message: string, cause?: unknown): DatastreamError {
  return new DatastreamError(code, message, { cause, retryable: true });
}

/** Something that took longer than an option allows. */
export function timedOut(code: DatastreamErrorCode, what: string, option: string, timeout: number): DatastreamError {
  return goesOn(code, `${what} within ${option} (${timeout} ms)`);
}

/** A function of the user's that threw or rejected, by the name of its option. */
export function optionFailed(code: DatastreamErrorCode, option: string, cause: unknown): DatastreamError {
  return goesOn(code, `Option "${option}" failed`, cause);
}

/** An error in a line of text. */
export function describe({ code, message }: DatastreamError): string {
  return `${code}: ${message}`;
}

/** Writes down whether the client went on after `error`, which only the judgement of a loss decides. */
export function settleRetryable(error: DatastreamError, retryable: boolean): void {
  Reflect.set(error, 'retryable', retryable);
}
