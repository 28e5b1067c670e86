/**
 * The datastream URL that belongs to an API URL (protocol, section 1.1): `https://api.x.com` is dialled as
 * `wss://datastream.x.com/datastream`; a `ws:` or `wss:` URL keeps its host and path. Nothing, when it is not a URL, or its
 * scheme none of http, https, ws and wss.
 */
export function endpoint(apiUrl: unknown): string | undefined {
  try {
    const url = new URL(apiUrl as string);
    const scheme = url.protocol.replace('http', 'ws');
    if (!/^wss?:$/.test(scheme) || typeof apiUrl !== 'string') return undefined;
    if (scheme !== url.protocol) {
      url.protocol = scheme;
      url.hostname = url.hostname.replace(/^api\./, 'datastream.');
      url.pathname = '/datastream';
    }
    // A page may not open a socket to a URL with a fragment or with credentials in it.
    url.hash = url.username = url.password = '';
    return url.href;
  } catch {
    return undefined;
  }
}

/** A URL without credentials as it may be shown: keys and tokens travel in the query. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*/s, '');
}

/** Whether a socket URL, as `endpoint` gives it, leaves this machine unencrypted, for whoever listens to read. */
export function isExposed(url: string): boolean {
  return /^ws:\/\/(?!(([^/]+\.)?localhost|127[.\d]+|\[::1])[:/])/.test(url);
}
