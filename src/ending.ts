import { ConnectionClosedError, DatastreamError, type DatastreamErrorDetails } from './errors';
import type { SocketEnding, SocketFailure } from './platform/platform';
import { describeError, printable } from './printable';

/** Sent by the server after an upgrade that it accepted, when the key turns out wrong (protocol, section 1.6). */
const UNAUTHORIZED_CLOSURE = 4001;

/** The error that tells how a socket ended: why it never opened, or what closed it. */
export function errorFromEnding(ending: SocketEnding, wasOpen: boolean, endpoint: string): DatastreamError {
  const { code: closeCode, reason, error: cause, failure } = ending;
  const details = { retryable: true, cause };
  if (failure) return errorFromFailure(failure, details);
  if (!wasOpen && closeCode !== UNAUTHORIZED_CLOSURE) {
    return new DatastreamError('CONNECT_FAILED', `Cannot connect to ${endpoint}${describe(cause)}`, details);
  }
  const [code, what] =
    closeCode === UNAUTHORIZED_CLOSURE
      ? (['UNAUTHORIZED', 'The server rejected the API key'] as const)
      : (['CONNECTION_CLOSED', 'The connection was closed'] as const);
  const said = reason === '' ? '' : `: ${printable(reason)}`;
  const message = `${what} (${closeCode}${said})${describe(cause)}`;
  return new ConnectionClosedError(code, message, { closeCode, reason }, details);
}

function errorFromFailure(failure: SocketFailure, details: DatastreamErrorDetails): DatastreamError {
  const { code, message, httpStatus, retryAfter } = failure;
  if (code === 'TLS_FAILED') return new DatastreamError(code, message, details);
  return new ConnectionClosedError(code, message, { httpStatus, retryAfter }, details);
}

/** What the platform said, for the end of a sentence. */
function describe(error: Error | undefined): string {
  const text = error ? describeError(error) : '';
  return text && `: ${text}`;
}
