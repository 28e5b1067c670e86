/**
 * Properties that no user sees, one by one: those of objects that never leave the library. A test holds them to that, by
 * the types that are published.
 */
const NAMES = [
  'acceptedAt',
  'activity',
  'announce',
  'ask',
  'begin',
  'callers',
  'changed',
  'claimants',
  'delivered',
  'depth',
  'dismiss',
  'doubt',
  'drained',
  'fail',
  'failed',
  'filled',
  'idOf',
  'isFresh',
  'isHeld',
  'isKept',
  'isOffline',
  'isPaused',
  'isSent',
  'judge',
  'look',
  'lose',
  'mayHear',
  'population',
  'readied',
  'receive',
  'refuse',
  'removeNamed',
  'renewals',
  'room',
  'settle',
  'settled',
  'socket',
  'stalled',
  'waits',
];

/** What may be shortened: private fields, which are `_name` by then, and these. */
export const INTERNAL_NAMES = new RegExp(`^(_[a-zA-Z]\\w*|${NAMES.join('|')})$`);
