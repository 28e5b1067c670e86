import type { WireMessage } from '../../../../src/testing';

/** A message that has a number, and whatever else. */
export function numbered(n: number, more: object = {}): WireMessage {
  return { data: { n, ...more }, entity_type: 'unknown', message_type: 'unknown' };
}
