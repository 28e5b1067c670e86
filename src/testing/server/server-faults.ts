import type { FrameData } from '../../messages';
import type { UpgradeRefusal } from './refusal';
import type { ServerRequest } from './requests';
import type { WireMessage } from './entities';

/** How often a fault strikes. */
export interface Times {
  /** So many times. @default until `clear` */
  times?: number;
}

/** How a connection ends. */
export interface Drop {
  /** The close code; without one TCP ends without a close frame, which clients see as 1006. */
  code?: number;
  /** The text in the close frame. */
  reason?: string;
}

/** What to do to the next connections. */
export interface AcceptedDrop extends Drop {
  /** How many frames a connection sends before it ends. @default 0 */
  afterFrames?: number;
}

/** The ways in which a `DatastreamServer` misbehaves on command. */
export interface ServerFaults {
  /** Answers upgrade requests with an HTTP status. */
  refuseUpgrades(refusal: UpgradeRefusal & Times): void;
  /** Leaves upgrade requests without any answer; `clear` lets them go on. */
  stallUpgrades(options?: Times): void;
  /** Ends each connection right after its upgrade, or after so many frames. */
  dropAfterAccept(drop?: AcceptedDrop & Times): void;
  /** Sends this frame together with the answer to each upgrade, in one write. */
  sendWithAccept(frame: FrameData): void;
  /** Reads requests, or those that match, and never answers them. */
  ignoreRequests(matching?: (request: ServerRequest) => boolean): void;
  /** Answers requests, or those that match, this many milliseconds late, with what the server holds then. */
  delayAnswers(delay: number, matching?: (request: ServerRequest) => boolean): void;
  /** Closes every connection. @default 1012, '' */
  closeAll(code?: number, reason?: string): void;
  /** Ends every connection without a close frame. */
  terminateAll(): void;
  /** Resets every connection (TCP RST). */
  resetAll(): void;
  /** Makes every connection a black hole, until `clear` or its own `resume`. */
  silenceAll(): void;
  /** Sends a frame that is no message to every connection. @default a truncated JSON text */
  sendGarbage(frame?: FrameData): void;
  /**
   * Pushes many messages at once to every connection, whatever it follows.
   * @param build makes one from its index. By default a `full` flag named `burst-<index>`, which the server does not hold.
   */
  burst(count: number, build?: (index: number) => WireMessage): void;
  /** Back to normal: ends all of the above, stalled upgrades and silences included. */
  clear(): void;
}
