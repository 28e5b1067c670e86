import { demand } from './option-error';

/** What one strategy adds to a handshake so that the server knows the key. */
export interface Authorization {
  /** Handshake headers; only where the platform can send them. */
  headers?: Record<string, string>;
  /** Parameters for the query of the URL. */
  query?: Record<string, string>;
  /** Offered subprotocols, the one that the server has to select first. */
  protocols?: string[];
  /** Sent before anything else on the connection. */
  firstMessage?: unknown;
}

/** How the API key reaches the server. */
export interface AuthStrategy {
  /** What the log and an error call it. */
  readonly name: string;
  /** Whether it works only where the platform can send headers. */
  readonly needsHeaders: boolean;
  /** What to add for this key; asked before every attempt. */
  authorize(apiKey: string): Authorization;
}

/** Sends the key in the `X-Schematic-Api-Key` header (protocol, section 1.2). The default wherever headers can be sent. */
export function headerAuth(): AuthStrategy {
  return strategy('header', (apiKey) => ({ headers: { 'X-Schematic-Api-Key': apiKey } }), true);
}

/**
 * Sends the key in the query of the URL. It ends up in access logs: use a publishable key or a short-lived token.
 *
 * @param options - `name` is the query parameter, `apiKey` by default
 */
export function queryAuth({ name = 'apiKey' }: { name?: string } = {}): AuthStrategy {
  return strategy('query', (apiKey) => ({ query: { [name]: apiKey } }));
}

/**
 * Offers `protocol` and, beside it, a subprotocol that carries the key in base64url, whose characters are the ones that
 * a subprotocol may have (RFC 7230, token). The server has to select the plain `protocol`.
 *
 * @throws InvalidOptionError when `protocol` is no token
 */
export function subprotocolAuth({ protocol }: { protocol: string }): AuthStrategy {
  demand(/^[\w!#$%&'*+.^`|~-]+$/.test(protocol), 'protocol', 'a token (RFC 7230)', protocol);
  return strategy('subprotocol', (apiKey) => ({
    protocols: [protocol, `base64url.bearer.${protocol}.${base64url(apiKey)}`],
  }));
}

/** Sends the message that `build` makes of the key before anything else on each connection. */
export function messageAuth(build: (apiKey: string) => unknown): AuthStrategy {
  return strategy('message', (apiKey) => ({ firstMessage: build(apiKey) }));
}

function strategy(name: string, authorize: AuthStrategy['authorize'], needsHeaders = false): AuthStrategy {
  return { name, needsHeaders, authorize };
}

/** Of a key, which is ASCII. */
export function base64url(apiKey: string): string {
  return btoa(apiKey).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
