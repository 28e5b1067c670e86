import type { SocketEnding } from '../platform/platform';

/** One socket's life, as a connection sees it. */
export interface Transport {
  /** Counts up with everything that arrives, so that silence can be told from traffic. */
  readonly activity: number;
  readonly isPaused: boolean;
  /**
   * Resolves when the frame is handed to the network; keeps the order of the calls.
   *
   * @throws DatastreamError `WRITE_TIMEOUT` or `CONNECTION_CLOSED`, as a rejection
   */
  send(data: string | Uint8Array): Promise<void>;
  /** Sends a ping frame; absent where the platform cannot. */
  readonly ping?: () => void;
  /** Stops reading; `false` where the platform cannot. */
  pause(): boolean;
  resume(): void;
  /**
   * Delivers nothing from now on, sends what was already accepted and then a close frame. Resolves when the socket has
   * ended, which is by force after a moment; never rejects.
   */
  close(code: number, reason: string): Promise<void>;
  /** As `close`, for a connection that is no good any more: what was not sent yet is rejected at once. */
  abandon(code: number, reason: string): Promise<void>;
}

/** What a transport tells: `opened` at most once, `ended` exactly once unless it was closed from this side. */
export interface TransportListener {
  opened(): void;
  received(data: string | Uint8Array, size: number): void;
  ponged(): void;
  /** A message could not be handed to the network in time: the peer has stopped reading. */
  stalled(): void;
  ended(ending: SocketEnding): void;
}
