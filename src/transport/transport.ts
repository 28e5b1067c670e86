import type { DatastreamError } from '../errors';
import type { Socket, SocketListener } from '../platform/platform';

/** One socket's life, as a connection sees it. */
export interface Transport {
  readonly socket: Socket;
  readonly isPaused: () => boolean;
  /**
   * Resolves when the frame is handed to the network; keeps the order of the calls.
   *
   * @throws DatastreamError `WRITE_TIMEOUT` or `CONNECTION_CLOSED`, as a rejection
   */
  send(data: string | Uint8Array): Promise<void>;
  /** Stops reading; `false` where the platform cannot. */
  pause(): boolean;
  resume(): void;
  /**
   * Sends what was already accepted and then a close frame; for a connection that is no good any more, which is one with
   * a `reason`, what was not sent yet is rejected at once. Resolves when the socket has ended, which is by force after a
   * moment; never rejects.
   */
  close(reason?: string): Promise<void>;
}

/** What a transport tells: `opened` at most once, `ended` at least once. */
export interface TransportListener extends SocketListener {
  /** A message could not be handed to the network in time: the peer has stopped reading. */
  readonly stalled: (error: DatastreamError) => void;
  /** What a platform says of a message that it did not take, without the key. */
  readonly redacted: (cause: unknown) => unknown;
}
