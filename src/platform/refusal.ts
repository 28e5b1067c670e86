import type { SocketFailure } from './platform';

/** What an upgrade that the server refused tells, where the platform shows its answer. */
export function refusal(status: number, retryAfter: string | undefined, now: number): SocketFailure {
  const hint = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return {
    code: status === 401 || status === 403 ? 'UNAUTHORIZED' : 'UPGRADE_REFUSED',
    message: `The server refused the upgrade with status ${status}${hint}`,
    httpStatus: status,
    retryAfter: parseRetryAfter(retryAfter, now),
  };
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
