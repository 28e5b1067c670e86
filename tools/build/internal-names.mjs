/**
 * Properties that no user sees, one by one: those of objects that never leave the library. A test holds them to that, by
 * the types that are published.
 */
const NAMES = [
  'acceptedAt',
  'activity',
  'ask',
  'begin',
  'delivered',
  'depth',
  'drained',
  'fail',
  'failed',
  'filled',
  'isKept',
  'isOffline',
  'isPaused',
  'judge',
  'look',
  'mayHear',
  'readied',
  'receive',
  'renewals',
  'socket',
  'stalled',
  'waits',
];

/** What may be shortened: private fields, which are `_name` by then, and these. */
export const INTERNAL_NAMES = new RegExp(`^(_[a-zA-Z]\\w*|${NAMES.join('|')})$`);
