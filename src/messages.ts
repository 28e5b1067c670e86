import type { Company, Flag, Keys, User, Wire } from './entities';

/** The kinds of entity that this library knows. */
export type KnownEntityType =
  | 'rulesengine.Company'
  | 'rulesengine.Companies'
  | 'rulesengine.Flag'
  | 'rulesengine.Flags'
  | 'rulesengine.User'
  | 'rulesengine.Users';

/** The kinds of entity a request or a message may name; open, since the server may add some. */
export type EntityType = KnownEntityType | (string & {});

/** What a message says about its entity; open, since the server may add some. */
export type MessageType = 'full' | 'partial' | 'delete' | 'error' | 'reload' | 'unknown' | (string & {});

/** One page of a paginated snapshot: `has_more` alone decides whether it is the last. */
export interface Pagination {
  /** Whether another page follows. */
  has_more: boolean;
  /** Its place, from 1. */
  page: number;
  /** Flags on all pages. */
  total: number;
}

/** What every message carries beside what it tells. Unknown fields pass through. */
export interface Envelope<About = unknown, Says = unknown> {
  /** What the message is about. */
  entity_type: About;
  /** What it says of that. */
  message_type: Says;
  /** The company or user that the message is about. */
  entity_id?: string | null;
  /** The place of a live message in the server's stream; snapshots have none. */
  stream_id?: string;
  /** Only on the pages of a paginated snapshot. */
  pagination?: Pagination;
  [field: string]: unknown;
}

/**
 * A string that is none of those this library knows; `String()` gives it. To the compiler it is no string, which it
 * would take for any of the known ones, and narrow nothing.
 */
export interface Unrecognized {
  /** Never there: it keeps the compiler from taking any string for one of these. */
  readonly [unrecognized]: true;
  /** The string itself. */
  toString(): string;
}
declare const unrecognized: unique symbol;

/** All flags, or one page of them. */
export interface FlagsMessage extends Envelope<'rulesengine.Flags', 'full'> {
  /** The flags; a Go server writes `null` for none. */
  data: Wire<Flag>[] | null;
}

/** One flag that was added or has changed. */
export interface FlagMessage extends Envelope<'rulesengine.Flag', 'full'> {
  /** The whole flag. */
  data: Wire<Flag>;
}

/** One flag that is no more; some servers send nothing but its key or id. */
export interface FlagDeletedMessage extends Envelope<'rulesengine.Flag', 'delete'> {
  /** Enough of the flag to know it by. */
  data: Partial<Wire<Flag>>;
}

/** A whole company. */
export interface CompanyMessage extends Envelope<'rulesengine.Company', 'full'> {
  /** The whole company. */
  data: Wire<Company>;
}

/** What a lease of credits leaves of one credit. */
export interface CreditLeaseBalance {
  /** Credits left. */
  remaining: number;
  /** Credits held for uses under way. */
  reserved: number;
}

/** The fields of a company that have changed. */
export interface CompanyPartialMessage extends Envelope<'rulesengine.Company', 'partial'> {
  /** Fields to merge into what is held. */
  data: Partial<Wire<Company>> & {
    /** What a lease of credits leaves of them, by the id of the credit. */
    credit_lease_balance?: Readonly<Record<string, CreditLeaseBalance>>;
  };
}

/** A company that is no more, named by `entity_id`, by `data`, or both. */
export interface CompanyDeletedMessage extends Envelope<'rulesengine.Company', 'delete'> {
  /** The company as it was, if the server sends it. */
  data?: Partial<Wire<Company>> | null;
}

/** A whole user. */
export interface UserMessage extends Envelope<'rulesengine.User', 'full'> {
  /** The whole user. */
  data: Wire<User>;
}

/** The fields of a user that have changed. */
export interface UserPartialMessage extends Envelope<'rulesengine.User', 'partial'> {
  /** Fields to merge into what is held. */
  data: Partial<Wire<User>>;
}

/** A user that is no more, named by `entity_id`, by `data`, or both. */
export interface UserDeletedMessage extends Envelope<'rulesengine.User', 'delete'> {
  /** The user as it was, if the server sends it. */
  data?: Partial<Wire<User>> | null;
}

/** The confirmation of a request to follow all companies or all users. */
export interface BulkMessage extends Envelope<'rulesengine.Companies' | 'rulesengine.Users', 'full'> {
  /** Nothing of use: the entities themselves come over REST. */
  data?: unknown;
}

/** A request that was refused; the connection stays. */
export interface ErrorMessage extends Envelope<KnownEntityType | 'unknown' | Unrecognized, 'error'> {
  /** Why, and of the request as much as names it. */
  data: {
    /** Why, in the words of the server. */
    error: string;
    /** What the request named. */
    keys?: Keys;
    /** What the request was about. */
    entity_type?: EntityType;
  };
}

/** What was missed cannot be replayed: everything is to be asked for again. */
export interface ReloadMessage extends Envelope<KnownEntityType | 'unknown' | Unrecognized, 'reload'> {
  /** Nothing of use. */
  data?: unknown;
}

/** A message of a type, or about a type of entity, that this library does not know. */
export type UnknownMessage = (
  | Envelope<KnownEntityType | 'unknown' | Unrecognized, 'unknown' | Unrecognized>
  | Envelope<Unrecognized, 'full' | 'partial' | 'delete'>
) & {
  /** Whatever it brings. */
  data?: unknown;
};

/**
 * What the server sends: one JSON object a frame. A test of `entity_type` and of `message_type` narrows it, in any order;
 * messages of other types pass through as `UnknownMessage`.
 */
export type DatastreamMessage =
  | FlagsMessage
  | FlagMessage
  | FlagDeletedMessage
  | CompanyMessage
  | CompanyPartialMessage
  | CompanyDeletedMessage
  | UserMessage
  | UserPartialMessage
  | UserDeletedMessage
  | BulkMessage
  | ErrorMessage
  | ReloadMessage
  | UnknownMessage;

/** What a client asks: fetch an entity and follow it for the life of this connection. */
export interface DatastreamRequest {
  /** The envelope that the server expects. */
  data: {
    /** Follow, or stop following. */
    action: 'start' | 'stop';
    /** All flags, all companies, all users, or one of them with `keys`. */
    entity_type: EntityType;
    /** Names one company or user, by any of its keys. */
    keys?: Keys;
    /** Asks for flags in pages of so many. */
    page_size?: number;
    /** The last live message that was applied. */
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
