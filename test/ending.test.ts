import { errorFromEnding, parseRetryAfter } from '../src/ending';
import type { SocketEnding } from '../src/platform/platform';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const told = (ending: Partial<SocketEnding>, wasOpen = false) =>
  errorFromEnding({ code: 1006, reason: '', ...ending }, wasOpen, 'wss://x.com/datastream', NOW);
const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });

test.each([
  [401, 'UNAUTHORIZED', 'The server refused the upgrade with status 401'],
  [403, 'UNAUTHORIZED', 'The server refused the upgrade with status 403'],
  [402, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 402'],
  [200, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 200'],
  [299, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 299'],
  [300, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 300; redirects are not followed'],
  [302, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 302; redirects are not followed'],
  [399, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 399; redirects are not followed'],
  [400, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 400'],
  [503, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 503'],
])('status %i is %s', (status, code, message) => {
  expect(told({ refusal: { status } })).toMatchObject({
    name: 'ConnectionClosedError',
    code,
    message,
    httpStatus: status,
  });
});

test('a refusal says how long the server asked to wait', () => {
  expect(told({ refusal: { status: 503, retryAfter: '7' } })).toMatchObject({ retryAfter: 7_000 });
});

test.each<[string, Partial<SocketEnding>, boolean, object]>([
  [
    'a rejected key',
    { code: 4001, reason: 'unauthorized' },
    true,
    { code: 'UNAUTHORIZED', message: 'The server rejected the API key (4001: unauthorized)', closeCode: 4001 },
  ],
  [
    'a close with a reason',
    { code: 1012, reason: 'rolling' },
    true,
    {
      code: 'CONNECTION_CLOSED',
      message: 'The connection was closed (1012: rolling)',
      closeCode: 1012,
      reason: 'rolling',
    },
  ],
  ['a close without one', {}, true, { code: 'CONNECTION_CLOSED', message: 'The connection was closed (1006)' }],
  [
    'a reason that would forge a line of a log',
    { code: 1011, reason: 'a\r\nb\u2028c\u0085' },
    true,
    { message: 'The connection was closed (1011: a\ufffd\ufffdb\ufffdc\ufffd)' },
  ],
  [
    'a broken protocol',
    { error: failure('Invalid UTF-8 sequence', 'WS_ERR_INVALID_UTF8') },
    true,
    { message: 'The connection was closed (1006): WS_ERR_INVALID_UTF8 Invalid UTF-8 sequence' },
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
  [
    'several addresses that all refuse',
    { error: failure('', 'ECONNREFUSED') },
    false,
    { code: 'CONNECT_FAILED', message: 'Cannot connect to wss://x.com/datastream: ECONNREFUSED' },
  ],
  ['a dial that fails without a word', {}, false, { message: 'Cannot connect to wss://x.com/datastream' }],
  [
    'a certificate that is not trusted',
    { tls: true, error: failure('certificate has expired', 'CERT_HAS_EXPIRED') },
    false,
    {
      code: 'TLS_FAILED',
      message: 'No secure connection to wss://x.com/datastream: CERT_HAS_EXPIRED certificate has expired',
    },
  ],
])('%s is told', (_, ending, wasOpen, expected) => {
  expect(told(ending, wasOpen)).toMatchObject({ retryable: true, ...expected });
});

test.each([true, false])('what the platform said is the cause (open: %p)', (wasOpen) => {
  const error = failure('no');
  expect(told({ error }, wasOpen).cause).toBe(error);
});

test.each([
  [undefined, undefined],
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5_000],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  ['5 minutes', undefined],
])('Retry-After %p is %p ms', (value, wait) => {
  expect(parseRetryAfter(value, NOW)).toBe(wait);
});
