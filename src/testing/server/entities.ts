import type { Pagination } from '../../messages';

/** An object with these fields; whatever else it has goes over the wire as it is, `null` collections included. */
export type WireEntity<Known extends object> = Known | (Known & Record<string, unknown>);

/** A flag, as the server sends it. */
export type WireFlag = WireEntity<{ key: string }>;
/** A company, as the server sends it. */
export type WireCompany = WireEntity<{ id: string; keys?: Record<string, string> | null }>;
/** A user, as the server sends it. */
export type WireUser = WireEntity<{ id: string; keys?: Record<string, string> | null }>;

/** A message as a test composes it: anything that goes as JSON, what no server would send included. */
export interface WireMessage {
  data?: unknown;
  entity_id?: string | null;
  entity_type: string;
  message_type: string;
  stream_id?: string;
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
