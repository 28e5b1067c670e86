/** All that the client asks of the world: sockets, time, chance, and a last place to report to. */
export interface Platform {
  /** Time and timers. */
  readonly clock: Clock;
  /** Whether a handshake can carry headers; a browser page's cannot. */
  readonly sendsHeaders: boolean;
  /** A number drawn uniformly from [0, 1). */
  random(): number;
  /** The page, where there is one, and what it knows of its network. */
  readonly page?: Page;
  /** Opens a socket in this same turn and tells `listener` from the next one on. Throws for a request that can never work. */
  open(request: SocketRequest, listener: SocketListener): Socket;
  /** The last resort for an error that nobody listens to. */
  report(line: string): void;
  /** The same world with sockets and timers that do not keep a process alive; absent where none ever does. */
  unref?(): Platform;
}

/** The page that a client lives in. What it says is asked at each decision, and never remembered. */
export interface Page {
  /** Whether there is a network, as far as the page knows. */
  readonly isOnline: boolean;
  /** Whether somebody may be looking at it. */
  readonly isVisible: boolean;
  /** Tells `listener` of every change, until it is cancelled. */
  watch(listener: PageListener): Cancel;
}

/** What happens to a page. */
export interface PageListener {
  /** There is no network. */
  readonly offline: () => void;
  /** It is put away, to be shown again perhaps, with everything in it. */
  readonly kept: () => void;
  /** It has a network again, is shown again, or runs again: time may have passed that nothing noticed. */
  readonly woke: () => void;
}

/** Undoes what returned it; calling it again, or too late, does nothing. */
export type Cancel = () => void;

/** The longest delay of a timer, in milliseconds: it has 31 bits, and what does not fit would fire at once. */
export const LONGEST_DELAY = 2 ** 31 - 1;

/** Time, as the platform keeps it. */
export interface Clock {
  /** Milliseconds since the epoch on the wall clock: it may jump, forward (sleep) and back. */
  now(): number;
  /** Runs `task` once, `delay` milliseconds from now, at most `LONGEST_DELAY`. */
  after(delay: number, task: () => void): Cancel;
  /** Runs `task` once the event loop has read what already arrived. */
  afterRead(task: () => void): Cancel;
}

/** What the handshake of one socket is made of. */
export interface SocketRequest {
  /** A `ws:` or `wss:` URL, the query of the strategy included. */
  url: string;
  /** Offered subprotocols; none when empty. */
  protocols: readonly string[];
  /** Sent only where the platform can. */
  headers: Readonly<Record<string, string>>;
  /** Offer permessage-deflate, where the platform leaves that choice. */
  compression: boolean;
  /** Whom to trust; Node alone. */
  tls?: TlsOptions;
  /** An `http.Agent`; Node alone. */
  agent?: object;
}

/** PEM text or bytes. */
export type Pem = string | Uint8Array;

/** How a Node process trusts a server, and how it proves itself. Verification itself cannot be turned off. */
export interface TlsOptions {
  /** Certificate authorities to trust instead of the built-in ones. */
  ca?: Pem | Pem[];
  /** The client's own certificate chain. */
  cert?: Pem | Pem[];
  /** The private key that belongs to `cert`. */
  key?: Pem | Pem[];
  /** The name to expect in the server's certificate, when it is not the host of the URL. */
  servername?: string;
}

/** What a socket tells: `opened` at most once, then anything, then `ended` exactly once, and nothing after it. */
export interface SocketListener {
  /** The upgrade was accepted. */
  opened(): void;
  /** `size` in bytes, or in characters of text where bytes are not shown. */
  received(data: string | Uint8Array, size: number): void;
  /** A pong frame came. */
  ponged(): void;
  /** It is over, or never came about. */
  ended(ending: SocketEnding): void;
}

/** How a socket ended, as far as the platform can see it. */
export interface SocketEnding {
  /** The close code (RFC 6455, section 7.4); 1006 without a close frame. */
  code: number;
  /** The text in the close frame, or an empty string. */
  reason: string;
  /** What the platform said went wrong. */
  error?: Error;
  /** What a platform knows beyond that. Data and no error: the two sides may come from different bundles. */
  failure?: SocketFailure;
}

/** Why a socket never opened, where the platform can tell. */
export interface SocketFailure {
  /** What went wrong, by the codes of `DatastreamError`. */
  code: 'UNAUTHORIZED' | 'UPGRADE_REFUSED' | 'TLS_FAILED';
  /** The same for people; holds no secret. */
  message: string;
  /** The status of the answer that refused the upgrade. */
  httpStatus?: number;
  /** What the server asked to wait, in milliseconds. */
  retryAfter?: number;
}

/** One native socket: what every platform has, and, where a method is optional, what some can do beside. */
export interface Socket {
  /** Calls `done` once the frame is handed to the network, or with the error that prevented it. */
  send(data: string | Uint8Array, done: (error?: Error) => void): void;
  /** Starts the close handshake. */
  close(code: number, reason: string): void;
  /** Ends the socket now, without a handshake. */
  terminate?(): void;
  /** Sends a ping frame. */
  ping?(): void;
  /** Stops reading, so that the network slows the sender down. */
  pause?(): void;
  /** Reads on. */
  resume?(): void;
  /** Bytes that came in so far, of unfinished frames too. */
  readonly bytesReceived?: number;
}
