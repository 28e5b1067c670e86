import { errorFromEnding } from '../src/ending';
import type { SocketEnding } from '../src/platform/platform';

const told = (ending: Partial<SocketEnding>, wasOpen = false) =>
  errorFromEnding({ code: 1006, reason: '', ...ending }, wasOpen, 'wss://x.com/datastream');
const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });

test.each<[string, Partial<SocketEnding>, boolean, object]>([
  [
    'a rejected key',
    { code: 4001, reason: 'unauthorized' },
    true,
    { code: 'UNAUTHORIZED', message: 'API key rejected (4001: unauthorized)', closeCode: 4001 },
  ],
  [
    'a close with a reason',
    { code: 1012, reason: 'rolling' },
    true,
    {
      code: 'CONNECTION_CLOSED',
      message: 'Connection closed (1012: rolling)',
      closeCode: 1012,
      reason: 'rolling',
    },
  ],
  ['a close without one', {}, true, { code: 'CONNECTION_CLOSED', message: 'Connection closed (1006)' }],
  [
    'a reason that would forge a line of a log',
    { code: 1011, reason: 'a\r\nb\u2028c\u0085' },
    true,
    { message: 'Connection closed (1011: a\ufffd\ufffdb\ufffdc\ufffd)' },
  ],
  [
    'a broken protocol',
    { error: failure('WS_ERR_INVALID_UTF8 Invalid UTF-8 sequence') },
    true,
    { message: 'Connection closed (1006): WS_ERR_INVALID_UTF8 Invalid UTF-8 sequence' },
  ],
  [
    'a refused connection',
    { error: failure('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED') },
    false,
    {
      name: 'DatastreamError',
      code: 'CONNECT_FAILED',
      message: 'Cannot connect to wss://x.com/datastream: connect ECONNREFUSED 127.0.0.1:1',
    },
  ],
  ['a dial that fails without a word', {}, false, { message: 'Cannot connect to wss://x.com/datastream' }],
])('%s is told', (_, ending, wasOpen, expected) => {
  expect(told(ending, wasOpen)).toMatchObject({ retryable: true, ...expected });
});

test.each([true, false])('what the platform said is the cause (open: %p)', (wasOpen) => {
  const error = failure('no');
  expect(told({ error }, wasOpen).cause).toBe(error);
});

test.each([
  ['UNAUTHORIZED', 'ConnectionClosedError'],
  ['UPGRADE_REFUSED', 'ConnectionClosedError'],
  ['TLS_FAILED', 'DatastreamError'],
] as const)('what a platform knows is told as it is: %s', (code, name) => {
  const failure = { code, message: 'why', ...(code === 'TLS_FAILED' ? {} : { httpStatus: 503, retryAfter: 7_000 }) };
  const error = new Error('beneath');
  expect(told({ failure, error })).toMatchObject({ name, ...failure, cause: error, retryable: true });
});

test('an ending is told without the key', () => {
  const ending = { code: 4001, reason: 'unknown key s3cr&t', error: new Error('s3cr&t') };
  expect(errorFromEnding(ending, true, 'wss://x.com/', 's3cr&t')).toMatchObject({
    code: 'UNAUTHORIZED',
    message: 'API key rejected (4001: unknown key <key>): <key>',
    reason: 'unknown key <key>',
    cause: { message: '<key>' },
  });
});

test('a dial that is closed as unauthorized is told so', () => {
  expect(told({ code: 4001 })).toMatchObject({
    code: 'UNAUTHORIZED',
    message: 'API key rejected (4001)',
  });
});
