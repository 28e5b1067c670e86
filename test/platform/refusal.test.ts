import { parseRetryAfter, refusal } from '../../src/platform/refusal';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const PLAIN = '; does a proxy in between pass the Upgrade header on?';

test.each([
  [401, 'UNAUTHORIZED', 'The server refused the upgrade with status 401'],
  [403, 'UNAUTHORIZED', 'The server refused the upgrade with status 403'],
  [402, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 402'],
  [200, 'UPGRADE_REFUSED', `The server refused the upgrade with status 200${PLAIN}`],
  [299, 'UPGRADE_REFUSED', `The server refused the upgrade with status 299${PLAIN}`],
  [300, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 300; redirects are not followed'],
  [302, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 302; redirects are not followed'],
  [399, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 399; redirects are not followed'],
  [400, 'UPGRADE_REFUSED', `The server refused the upgrade with status 400${PLAIN}`],
  [404, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 404'],
  [407, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 407; a proxy in between wants credentials'],
  [426, 'UPGRADE_REFUSED', `The server refused the upgrade with status 426${PLAIN}`],
  [503, 'UPGRADE_REFUSED', 'The server refused the upgrade with status 503'],
])('status %i is %s', (status, code, message) => {
  expect(refusal(status, undefined, NOW)).toMatchObject({
    code,
    message,
    httpStatus: status,
  });
});

test.each([401, 403, 407])('status %i of a proxy does not speak of the key', (status) => {
  expect(refusal(status, undefined, NOW, 'proxy')).toMatchObject({
    code: 'UPGRADE_REFUSED',
    message: `The proxy refused the upgrade with status ${status}`,
    httpStatus: status,
  });
});

test('a refusal says how long the server asked to wait', () => {
  expect(refusal(503, '7', NOW)).toMatchObject({ retryAfter: 7_000 });
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
