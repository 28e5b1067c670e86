import type { SocketFailure } from './platform';

/** What an upgrade that the server, or a proxy on the way to it, refused tells, where the platform shows its answer. */
export function refusal(
  status: number,
  retryAfter: string | undefined,
  now: number,
  by: 'server' | 'proxy' = 'server',
): SocketFailure {
  // A proxy has never seen the key: what it rejects is something else.
  const isKeyRejected = by === 'server' && (status === 401 || status === 403);
  return {
    code: isKeyRejected ? 'UNAUTHORIZED' : 'UPGRADE_REFUSED',
    message: `The ${by} refused the upgrade with status ${status}${by === 'server' ? hint(status) : ''}`,
    httpStatus: status,
    retryAfter: parseRetryAfter(retryAfter, now),
  };
}

/** What those who see such a status for the first time ask themselves. */
function hint(status: number): string {
  if (status >= 300 && status < 400) return '; redirects are not followed';
  if (status === 407) return '; a proxy in between wants credentials';
  const isPlainAnswer = status < 300 || status === 400 || status === 426;
  return isPlainAnswer ? '; does a proxy in between pass the Upgrade header on?' : '';
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
