/** One upgrade request that reached the server, whatever came of it. */
export interface UpgradeRecord {
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  /** Path and query. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The key in the request, if any; a first message comes later. */
  readonly apiKey: string | undefined;
  /** A connection that is dropped or closed with 4001 afterwards was accepted. */
  readonly outcome: 'accepted' | 'refused' | 'stalled';
  /** The HTTP status of the answer: 101 when accepted, none when stalled. */
  readonly status: number | undefined;
}
