import { ConnectionClosedError, DatastreamError } from './errors';
import { printable } from './log';
import type { SocketEnding } from './platform/platform';

/** Sent by the server after an upgrade that it accepted, when the key turns out wrong (protocol, section 1.6). */
const UNAUTHORIZED_CLOSURE = 4001;

/** The error that tells how a socket ended: why it never opened, or what closed it. */
export function errorFromEnding(
  ending: SocketEnding,
  wasOpen: boolean,
  endpoint: string,
  now: number,
): DatastreamError {
  if (ending.refusal) return refused(ending.refusal, now);
  if (ending.code === UNAUTHORIZED_CLOSURE) return closed('UNAUTHORIZED', 'The server rejected the API key', ending);
  if (wasOpen) return closed('CONNECTION_CLOSED', 'The connection was closed', ending);
  const details = { cause: ending.error, retryable: true };
  const why = describe(ending.error);
  return ending.tls
    ? new DatastreamError('TLS_FAILED', `No secure connection to ${endpoint}${why}`, details)
    : new DatastreamError('CONNECT_FAILED', `Cannot connect to ${endpoint}${why}`, details);
}

function refused({ status, retryAfter }: NonNullable<SocketEnding['refusal']>, now: number): DatastreamError {
  const code = status === 401 || status === 403 ? 'UNAUTHORIZED' : 'UPGRADE_REFUSED';
  const hint = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  const ending = { httpStatus: status, retryAfter: parseRetryAfter(retryAfter, now) };
  return new ConnectionClosedError(code, `The server refused the upgrade with status ${status}${hint}`, ending, {
    retryable: true,
  });
}

function closed(
  code: 'UNAUTHORIZED' | 'CONNECTION_CLOSED',
  what: string,
  { code: closeCode, reason, error }: SocketEnding,
): DatastreamError {
  const said = reason === '' ? '' : `: ${printable(reason)}`;
  return new ConnectionClosedError(
    code,
    `${what} (${closeCode}${said})${describe(error)}`,
    { closeCode, reason },
    { retryable: true, ...(error && { cause: error }) },
  );
}

function describe(error: (Error & { code?: unknown }) | undefined): string {
  if (error === undefined) return '';
  // Trying several addresses fails with an AggregateError, which has a code and no message.
  const code = typeof error.code === 'string' && !error.message.includes(error.code) ? error.code : '';
  const parts = [code, error.message].filter((part) => part !== '');
  return parts.length === 0 ? '' : `: ${printable(parts.join(' '))}`;
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date (RFC 9110, section 10.2.3). */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
