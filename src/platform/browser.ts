import type { Headers } from './headers';
import type { Cancel, Clock, Page, Platform, Socket, SocketListener, SocketRequest } from './platform';

/** A page can do none of what these options ask for, so that it need not check them either. */
export const optionRules = {};
/** For a platform of somebody else's, since this one sends none. */
export const mergeHeaders = (first?: Headers, second?: Headers): Record<string, string> => ({ ...first, ...second });

const after = (delay: number, task: () => void): Cancel => {
  const timer = setTimeout(task, delay);
  return () => clearTimeout(timer);
};

const clock: Clock = {
  now: () => Date.now(),
  after,
  // A page cannot ask whether there is something to read: a turn of its event loop is what there is.
  afterRead: (task) => after(0, task),
};

/** As much of a page as a runtime has: a worker has no document, a server neither that nor a network to lose. */
interface PageGlobals {
  addEventListener?: (type: string, listener: (event: Event) => void) => void;
  removeEventListener?: (type: string, listener: (event: Event) => void) => void;
  document?: { visibilityState?: string } & PageGlobals;
  navigator?: { onLine?: boolean };
}

const page: Page = {
  // Looked up at each use, since nothing may be touched at import.
  get isOnline() {
    return (globalThis as PageGlobals).navigator?.onLine !== false;
  },
  get isVisible() {
    return (globalThis as PageGlobals).document?.visibilityState !== 'hidden';
  },
  watch({ offline, kept, woke }) {
    const window: PageGlobals = globalThis;
    const { document } = window;
    const signals: [target: PageGlobals | undefined, type: string, told: (event: Event) => void][] = [
      [window, 'online', woke],
      [window, 'offline', offline],
      [window, 'pagehide', (event) => (event as PageTransitionEvent).persisted && kept()],
      [window, 'pageshow', woke],
      [document, 'visibilitychange', () => page.isVisible && woke()],
      [document, 'resume', woke],
    ];
    const each = (method: 'addEventListener' | 'removeEventListener') => {
      for (const [target, type, told] of signals) target?.[method]?.(type, told);
    };
    each('addEventListener');
    return () => each('removeEventListener');
  },
};

/** The longest time between two looks at a socket that has not sent everything yet, in milliseconds: it tells nobody when it has. */
const LONGEST_LOOK = 20;

/**
 * A global `WebSocket` as the client knows sockets, looked up now: a polyfill may come late. `offer` is the second
 * argument, which may be more than subprotocols where that is no browser.
 */
export function openSocket(
  { url, protocols }: Pick<SocketRequest, 'url' | 'protocols'>,
  listener: SocketListener,
  offer: unknown = protocols,
): Socket {
  const webSocket = new globalThis.WebSocket(url, offer as string[]);
  /** React Native's sockets, and mocks, have none: then nothing is known to wait. */
  const buffered = () => webSocket.bufferedAmount || 0;
  const undrained: [end: number, done: () => void][] = [];
  /** Bytes that were handed to the socket, as its `bufferedAmount` counts them. */
  let accepted = 0;
  let stopLooking: Cancel = () => undefined;

  const settleDrained = (nextLook: number) => {
    const drained = accepted - buffered();
    for (let next = undrained[0]; next && next[0] <= drained; next = undrained[0]) {
      undrained.shift();
      next[1]();
    }
    if (undrained.length > 0) {
      stopLooking = after(nextLook, () => settleDrained(Math.min(LONGEST_LOOK, nextLook * 2 + 1)));
    }
  };

  webSocket.binaryType = 'arraybuffer';
  webSocket.onopen = () => listener.opened();
  webSocket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    const frame = typeof data === 'string' ? data : new Uint8Array(data);
    listener.received(frame, frame.length);
  };
  webSocket.onclose = ({ code = 1006, reason }) => {
    stopLooking();
    listener.ended({ code, reason: reason || '' });
  };
  return {
    send(data, done) {
      const before = buffered();
      webSocket.send(data as string | Uint8Array<ArrayBuffer>);
      // Nothing drains while a script runs: the difference is the size of this message, framed or not.
      accepted += buffered() - before;
      undrained.push([accepted, done]);
      stopLooking();
      settleDrained(0);
    },
    close: (code, reason) => webSocket.close(code, reason),
    /** A page cannot end a socket by force: it detaches itself and leaves the rest to the browser. */
    terminate() {
      stopLooking();
      webSocket.onopen = webSocket.onmessage = webSocket.onclose = null;
      webSocket.close();
    },
  };
}

/** Every runtime with a global `WebSocket`. */
export const platform: Platform = {
  clock,
  sendsHeaders: false,
  random: () => Math.random(),
  open: (request, listener) => openSocket(request, listener),
  report: (line) => console.error(line),
  page,
};
