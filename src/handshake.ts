import type { Authorization } from './auth';
import { mergeHeaders } from './platform';
import type { SocketRequest } from './platform/platform';
import type { ConnectionSettings } from './settings';

/** The request for one socket: what this client says of itself, how it proves itself, and what the user adds. */
export function handshake(settings: ConnectionSettings, { headers, query, protocols }: Authorization): SocketRequest {
  const url = new URL(settings.endpoint);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  return {
    url: url.href,
    protocols: protocols ?? [],
    headers: mergeHeaders(headers, settings.headers),
    compression: settings.compression ?? false,
    tls: settings.tls,
    agent: settings.agent,
  };
}
