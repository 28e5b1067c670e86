import { ConnectionClosedError } from '../errors';

/** The error that tells of an upgrade that the server refused, where the platform shows its answer. */
export function refusedError(status: number, retryAfter: string | undefined, now: number): ConnectionClosedError {
  const code = status === 401 || status === 403 ? 'UNAUTHORIZED' : 'UPGRADE_REFUSED';
  const hint = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  const ending = { httpStatus: status, retryAfter: parseRetryAfter(retryAfter, now) };
  return new ConnectionClosedError(code, `The server refused the upgrade with status ${status}${hint}`, ending, {
    retryable: true,
  });
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
