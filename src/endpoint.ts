/** Schemes that are taken, each with the one it is dialled with. */
const SOCKET_SCHEMES: Readonly<Record<string, string>> = {
  'http:': 'ws:',
  'https:': 'wss:',
  'ws:': 'ws:',
  'wss:': 'wss:',
};

/**
 * The datastream URL that belongs to an API URL (protocol, section 1.1): `https://api.x.com` is dialled as
 * `wss://datastream.x.com/datastream`; a `ws:` or `wss:` URL keeps its host and path.
 *
 * @throws TypeError when it is not a URL, or its scheme none of http, https, ws and wss
 */
export function endpoint(apiUrl: string): string {
  const url = new URL(apiUrl);
  const scheme = SOCKET_SCHEMES[url.protocol];
  if (scheme === undefined) throw new TypeError(`Unsupported scheme ${url.protocol}`);
  if (scheme !== url.protocol) {
    url.protocol = scheme;
    url.hostname = url.hostname.replace(/^api\./, 'datastream.');
    url.pathname = '/datastream';
  }
  // A page may not open a socket to a URL with a fragment or with credentials in it.
  url.hash = '';
  url.username = '';
  url.password = '';
  return url.href;
}

/** A URL as it may be shown: keys and tokens travel in the query and in the credentials. */
export function withoutSecrets(url: string): string {
  return url.replace(/[?#].*/s, '').replace(/\/\/[^/@]*@/, '//');
}

/** Whether a socket URL leaves this machine unencrypted, for whoever listens to read. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'ws:' && !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
