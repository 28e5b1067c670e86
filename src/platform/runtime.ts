import { openSocket, platform as browserPlatform } from './browser';
import { HEADERS, mergeHeaders } from './headers';
import type { Platform } from './platform';

export const optionRules = { headers: HEADERS };
export { mergeHeaders };

/** Deno, Bun and their kin: a global `WebSocket` as in a browser, which may take headers beside. */
export const platform: Platform = {
  ...browserPlatform,
  get sendsHeaders() {
    return takesHeaders();
  },
  open(request, listener) {
    if (typeof globalThis.WebSocket !== 'function') throw new Error('This runtime has no WebSocket');
    const { headers, protocols } = request;
    return openSocket(request, listener, takesHeaders() ? { headers, protocols } : protocols);
  },
};

/**
 * Asks the `WebSocket` itself: one that takes headers reads them before it finds that this is no URL, and no network
 * ever sees it. Not for browsers: a mock on a page would count a socket too many, and React Native hands such a URL to
 * native code.
 */
function takesHeaders(): boolean {
  let areTaken = false;
  const options = {
    get headers() {
      areTaken = true;
      return {};
    },
  };
  try {
    Reflect.construct(globalThis.WebSocket, ['http://[', options]);
  } catch {
    // That there is no such URL is what it has to say.
  }
  return areTaken;
}
