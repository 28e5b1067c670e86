import type { Pagination } from '../../messages';

/** An object with these fields; whatever else it has goes over the wire as it is, `null` collections included. */
export type WireEntity<Known extends object> = Known | (Known & Record<string, unknown>);

/** What a company or user is known by. */
export interface Named {
  /** Names it for the server. */
  id: string;
  /** Its other names. */
  keys?: Record<string, string> | null;
}

/** A flag, as the server sends it. */
export type WireFlag = WireEntity<{
  /** Names it. */
  key: string;
}>;
/** A company, as the server sends it. */
export type WireCompany = WireEntity<Named>;
/** A user, as the server sends it. */
export type WireUser = WireEntity<Named>;

/** A message as a test composes it: anything that goes as JSON, what no server would send included. */
export interface WireMessage {
  /** What the message brings. */
  data?: unknown;
  /** The company or user that it is about. */
  entity_id?: string | null;
  /** What it is about. */
  entity_type: string;
  /** What it says of that. */
  message_type: string;
  /** Its place in the stream of live messages. */
  stream_id?: string;
  /** Which page it is, of a snapshot in pages. */
  pagination?: Pagination;
  [field: string]: unknown;
}

/** The fields of a JSON object. */
export type Fields = Record<string, unknown>;

export const FLAG = 'rulesengine.Flag';
export const FLAGS = 'rulesengine.Flags';
export const COMPANY = 'rulesengine.Company';
export const COMPANIES = 'rulesengine.Companies';
export const USER = 'rulesengine.User';
export const USERS = 'rulesengine.Users';

/** Narrows to a JSON object: not `null`, not an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
