/** The kinds of entity a request or a message may name; open, since the server may add some. */
export type EntityType =
  | 'rulesengine.Company'
  | 'rulesengine.Companies'
  | 'rulesengine.Flag'
  | 'rulesengine.Flags'
  | 'rulesengine.User'
  | 'rulesengine.Users'
  | (string & {});

/** What a message says about its entity; open, since the server may add some. */
export type MessageType = 'full' | 'partial' | 'delete' | 'error' | 'reload' | 'unknown' | (string & {});

/** One page of a paginated snapshot: `has_more` alone decides whether it is the last. */
export interface Pagination {
  has_more: boolean;
  page: number;
  total: number;
}

/** What the server sends: one JSON object a frame. Unknown fields pass through. */
export interface DatastreamMessage {
  data?: unknown;
  entity_id?: string | null;
  entity_type: EntityType;
  message_type: MessageType;
  stream_id?: string;
  pagination?: Pagination;
  [field: string]: unknown;
}

/** What a client asks: fetch an entity and follow it for the life of this connection. */
export interface DatastreamRequest {
  data: {
    action: 'start' | 'stop';
    entity_type: EntityType;
    /** Names one company or user, by any of its keys. */
    keys?: Record<string, string>;
    page_size?: number;
    replay_from?: string;
  };
}

/** How a frame arrived. */
export type FrameType = 'text' | 'binary';
/** What a frame holds: text as a string, binary as bytes. */
export type FrameData = string | Uint8Array;

/** Reads a frame as JSON; a binary frame is UTF-8 text. Every JSON value is a message, `null` included. */
export function decodeJson(data: FrameData): unknown {
  return JSON.parse(typeof data === 'string' ? data : new TextDecoder('utf-8', { fatal: true }).decode(data));
}

/** Writes a message as JSON. */
export function encodeJson(message: unknown): string {
  const text = JSON.stringify(message) as string | undefined;
  if (text === undefined) throw new TypeError('It has no JSON form');
  return text;
}
