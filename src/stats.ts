/** What a client has done so far, and how it is doing. */
export interface DatastreamStats {
  /** Dials. */
  attempts: number;
  /** Connections that became ready, the first one not counted. */
  reconnects: number;
  /** Messages received. */
  messages: number;
  /** Bytes received in messages; characters of text where the platform does not show bytes. */
  bytes: number;
  /** Messages accepted for sending. */
  messagesSent: number;
  /** Messages that waited for the handler when `close()` discarded them. */
  discarded: number;
  /** Messages that wait for the handler now. */
  queueDepth: number;
  /** Milliseconds between the last ping that was answered on this connection and its answer; absent without one. */
  roundTripTime?: number;
  /** When these figures began, in milliseconds since the epoch. */
  since: number;
}
