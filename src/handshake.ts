import type { Authorization } from './auth';
import { mergeHeaders } from './platform';
import type { SocketRequest } from './platform/platform';
import type { ConnectionSettings } from './settings';
import { VERSION } from './version';

/** What every client of this protocol says of itself (protocol, section 1.2). */
const CLIENT_HEADERS = {
  'X-Schematic-Client': 'schematic-datastream-ws',
  'X-Schematic-Client-Version': VERSION,
  'X-Schematic-Datastream-Mode': 'direct',
};

/** The request for one socket: what this client says of itself, how it proves itself, and what the user adds. */
export function handshake(settings: ConnectionSettings, { headers, query, protocols }: Authorization): SocketRequest {
  return {
    url: withQuery(settings.endpoint, query),
    protocols: protocols ?? [],
    headers: mergeHeaders(CLIENT_HEADERS, headers, settings.headers),
    compression: settings.compression ?? false,
    tls: settings.tls,
    agent: settings.agent,
  };
}

function withQuery(endpoint: string, query: Record<string, string> | undefined): string {
  if (!query) return endpoint;
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}
