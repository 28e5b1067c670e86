import type { DatastreamRequest } from '../../messages';
import { isFields } from './entities';

/** A request as the server understood it: `action` filled in, nulls and zero values left out. */
export type ServerRequest = DatastreamRequest['data'];

/** A frame that is no request, and why. */
export interface MalformedRequest {
  problem: string;
  entityType: string;
}

/** Reads a decoded frame as a request, with every leniency that the published clients rely on. */
export function parseRequest(message: unknown): ServerRequest | MalformedRequest {
  const data = isFields(message) ? message['data'] : undefined;
  if (!isFields(data)) return malformed('a request needs an object as "data"');
  const { action, entity_type, keys, page_size, replay_from } = data;
  if (typeof entity_type !== 'string' || entity_type === '') return malformed('"entity_type" must be a string');
  if (!isAction(action)) return malformed('"action" must be "start" or "stop"', entity_type);
  if (!isKeys(keys)) return malformed('"keys" must be an object of strings', entity_type);
  if (!isPageSize(page_size)) return malformed('"page_size" must be a positive integer', entity_type);
  return {
    action: action === 'stop' ? 'stop' : 'start',
    entity_type,
    ...(keys && { keys }),
    ...(page_size && { page_size }),
    ...(typeof replay_from === 'string' && replay_from !== '' && { replay_from }),
  };
}

/** Whether `parseRequest` could not read it. */
export function isMalformed(request: ServerRequest | MalformedRequest): request is MalformedRequest {
  return 'problem' in request;
}

// Go always writes `action`, often as ""; C# and Java write null for what they leave out.
function isAction(value: unknown): value is 'start' | 'stop' | '' | null | undefined {
  return value === undefined || value === null || value === '' || value === 'start' || value === 'stop';
}

function isKeys(value: unknown): value is Record<string, string> | null | undefined {
  if (value === undefined || value === null) return true;
  return isFields(value) && Object.values(value).every((each) => typeof each === 'string');
}

function isPageSize(value: unknown): value is number | null | undefined {
  return value === undefined || value === null || (Number.isInteger(value) && (value as number) >= 0);
}

function malformed(problem: string, entityType = 'unknown'): MalformedRequest {
  return { problem: `Malformed request: ${problem}`, entityType };
}
