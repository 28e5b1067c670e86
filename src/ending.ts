import { ConnectionClosedError, DatastreamError } from './errors';
import type { SocketEnding } from './platform/platform';
import { printable } from './printable';
import { redact, redactError } from './redaction';

/** Sent by the server after an upgrade that it accepted, when the key turns out wrong (protocol, section 1.6). */
const UNAUTHORIZED_CLOSURE = 4001;

/** The error that tells, without the key, how a socket ended: why it never opened, or what closed it. */
export function errorFromEnding(
  { code: closeCode, reason: given, error, failure }: SocketEnding,
  wasOpen: boolean,
  endpoint: string,
  apiKey?: string,
): DatastreamError {
  const cause = redactError(error, apiKey);
  const details = { retryable: true, cause };
  if (failure) {
    const { code, message, ...ending } = failure;
    if (code === 'TLS_FAILED') return new DatastreamError(code, message, details);
    return new ConnectionClosedError(code, message, ending, details);
  }
  const why = cause ? `: ${printable(cause.message)}` : '';
  const isRejected = closeCode === UNAUTHORIZED_CLOSURE;
  if (!wasOpen && !isRejected)
    return new DatastreamError('CONNECT_FAILED', `Cannot connect to ${endpoint}${why}`, details);
  const reason = redact(given, apiKey);
  return new ConnectionClosedError(
    isRejected ? 'UNAUTHORIZED' : 'CONNECTION_CLOSED',
    `${isRejected ? 'API key rejected' : 'Connection closed'} (${closeCode}${reason && `: ${printable(reason)}`})${why}`,
    { closeCode, reason },
    details,
  );
}
