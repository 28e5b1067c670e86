import type { IncomingMessage } from 'node:http';

const BEARER = 'base64url.bearer.';

/** What an upgrade request says about its sender. */
export interface Handshake {
  /** Path and query. */
  url: string;
  path: string;
  /** By lower-case name; repeated ones joined with a comma. */
  headers: Record<string, string>;
  /** From the header, the query or a subprotocol, in that order. */
  apiKey?: string;
}

/** Reads an upgrade request; `keyParameter` names the query parameter that may carry the API key. */
export function readHandshake(request: IncomingMessage, keyParameter: string): Handshake {
  const url = request.url ?? '/';
  const [path = '/', query] = url.split('?');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = [value].flat().join(', ');

  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const apiKey =
    nonEmpty(headers['x-schematic-api-key']) ??
    nonEmpty(new URLSearchParams(query).get(keyParameter)) ??
    nonEmpty(bearerKey(protocols));
  return { url, path, headers, apiKey };
}

/** The subprotocol to select: the first offered one that is no credential. */
export function selectProtocol(protocols: Iterable<string>): string | undefined {
  return [...protocols].find((each) => each !== '' && !each.startsWith(BEARER));
}

// The credential repeats the protocol it belongs to: `base64url.bearer.<protocol>.<key in base64url>`.
function bearerKey(protocols: string[]): string | undefined {
  const prefix = `${BEARER}${selectProtocol(protocols) ?? ''}.`;
  const credential = protocols.find((each) => each.startsWith(prefix));
  return credential && Buffer.from(credential.slice(prefix.length), 'base64url').toString();
}

function nonEmpty(value: string | null | undefined): string | undefined {
  return value === null || value === '' ? undefined : value;
}
