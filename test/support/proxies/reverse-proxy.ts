/** What a reverse proxy does with the requests that come in. */
export interface Forwarding {
  /** The server in front of which it stands. */
  to: { port: number };
  /** Milliseconds after which it cuts a connection on which nothing moves. @default a minute */
  idleTimeout?: number;
  /** Terminates TLS with this certificate, in PEM, and offers HTTP/2, which carries no upgrade of ours. */
  tls?: { cert: string; key: string };
  /** Answers every request itself. */
  answer?: { status: number; retryAfter?: number; location?: string };
  /** What it tells clients to wait, in seconds, when the server is gone. */
  retryAfterGone?: number;
  /** Whether it passes the `Upgrade` header on. @default true */
  passesUpgrade?: boolean;
  /** Milliseconds that connections get to end by themselves when it is reloaded. @default for ever */
  drainTime?: number;
}

/** A proxy of the machine in front of a server of the test. */
export interface ReverseProxy {
  readonly url: string;
  /** Takes new connections as it is told now, and keeps those that are there for its `drainTime`. */
  reload(forwarding: Forwarding): Promise<void>;
  /** All that it has written to its logs. */
  log(): string;
  /** Ends at once, and with it every connection; `restart` brings it back on the same port. */
  end(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const IDLE_TIMEOUT = 60_000;
