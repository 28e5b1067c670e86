import type { DatastreamMessage } from '../../../../src';

/** A message that has a number, and whatever else. */
export function numbered(n: number, more: object = {}): DatastreamMessage {
  return { data: { n, ...more }, entity_type: 'unknown', message_type: 'unknown' };
}
