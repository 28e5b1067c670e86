import { ConnectionClosedError, type DatastreamError } from '../../errors';

const BY_STATUS: Readonly<Record<number, string>> = {
  404: 'There is no datastream at this URL: give the base URL of the API, such as https://api.schematichq.com.',
  407: 'A proxy wants to know who you are: give its credentials in the agent of the proxy.',
  426: 'Something between you and the server does not pass WebSocket upgrades on.',
  429: 'Too many connections were opened: wait, and look for a client that dials in a loop.',
};

const BY_CODE: Readonly<Partial<Record<DatastreamError['code'], string>>> = {
  UNAUTHORIZED: 'Check the key: that it is a secret key, of this environment, and not revoked.',
  CONNECT_TIMEOUT: 'The server accepted TCP and then said nothing: a firewall, or not a web server.',
  TLS_FAILED: 'Behind a company proxy or with a private authority, set the option "tls.ca".',
  CONNECTION_CLOSED: 'The server took the connection and ended it: see the close code, and the log of the server.',
};

/** What to do about what ended a connection. */
export function adviceFor(error: DatastreamError): string {
  const status = error instanceof ConnectionClosedError ? error.httpStatus : undefined;
  if (error.code !== 'UNAUTHORIZED' && status !== undefined) {
    return BY_STATUS[status] ?? `The server, or a proxy before it, refused the upgrade with status ${status}.`;
  }
  return BY_CODE[error.code] ?? 'Try again; if it stays, show this to whoever runs the server.';
}
