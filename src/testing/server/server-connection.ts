import type { FrameData } from '../../messages';
import type { Which } from './arrivals';
import type { ServerRequest } from './requests';
import type { Drop } from './server-faults';
import type { Subscription } from './subscriptions';
import type { WireMessage } from './entities';

/** How a connection ended, seen from the server. */
export interface ServerConnectionEnding {
  /** The close code (RFC 6455, section 7.4): 1005 for an empty close frame, 1006 for none. */
  code: number;
  /** The text in the close frame, or an empty string. */
  reason: string;
}

/** One client's connection, held at the server's end. */
export interface ServerConnection {
  /** Path and query of the upgrade request. */
  readonly url: string;
  /** Of the upgrade request, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The key that the client presented, by whatever way. */
  readonly apiKey: string | undefined;
  /** The selected subprotocol, or an empty string. */
  readonly protocol: string;
  /** Whether the key was accepted: requests of other connections are not answered, and nothing is pushed to them. */
  readonly authorized: boolean;
  /** Whether neither side has begun to end it. */
  readonly isOpen: boolean;
  /** Every well-formed request, in order, answered or not. */
  readonly requests: readonly ServerRequest[];
  /** Every frame as it came: text as a string, binary as bytes. */
  readonly received: readonly FrameData[];
  /** What the connection follows now. */
  readonly subscriptions: readonly Subscription[];
  /** How many ping frames came. */
  readonly pings: number;
  /** Resolves when the connection has ended. */
  readonly closed: Promise<ServerConnectionEnding>;

  /**
   * A request that came, or comes: by its place (0 is the first) or the first that matches.
   * @default 0
   * @throws DatastreamError when the connection ends first.
   */
  request(which?: Which<ServerRequest>): Promise<ServerRequest>;
  /**
   * The next request from now on, or the next that matches.
   * @throws DatastreamError when the connection ends first.
   */
  nextRequest(matching?: (request: ServerRequest) => boolean): Promise<ServerRequest>;
  /**
   * The next frame from now on, request or not.
   * @throws DatastreamError when the connection ends first.
   */
  nextFrame(): Promise<FrameData>;
  /**
   * The next ping frame from now on.
   * @throws DatastreamError when the connection ends first.
   */
  nextPing(): Promise<void>;

  /** Sends one frame as it is, whatever it holds: a string as text, bytes as binary. */
  send(data: FrameData): void;
  /** Sends a message as JSON, whatever the connection follows. */
  push(message: WireMessage): void;
  /** Writes bytes below the framing of the WebSocket: half a frame, or none at all. */
  writeRaw(bytes: Uint8Array): void;
  /** Sends what is queued, then a close frame; without a code an empty one, which clients see as 1005. */
  close(code?: number, reason?: string): void;
  /** Ends TCP without a close frame. */
  terminate(): void;
  /** Ends once it has sent so many more frames, as `dropAfterAccept` does: anywhere in a snapshot, or before an answer. */
  dropAfter(frames: number, drop?: Drop): void;
  /** Ends TCP with a reset (RST); over TLS as `terminate` does. */
  reset(): void;
  /**
   * Becomes a black hole: reads nothing, answers neither requests nor pings, and holds its pushes back. `send` and
   * `push` of this object still go out.
   */
  silence(): void;
  /** Ends the silence: reads, answers and pushes what has waited. */
  resume(): void;
}
