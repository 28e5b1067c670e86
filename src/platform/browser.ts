import type { Headers } from './headers';
import type { Cancel, Clock, Page, PageListener, Platform, Socket, SocketListener, SocketRequest } from './platform';

/** A page can do none of what these options ask for, so that it need not check them either. */
export const optionRules = {};
/** For a platform of somebody else's, since this one sends none. */
export const mergeHeaders = (...sources: (Headers | undefined)[]): Record<string, string> =>
  Object.assign({}, ...sources) as Record<string, string>;

/** Every runtime with a global `WebSocket`, which is looked up at each attempt: a polyfill may come late. */
export const platform: Platform = {
  clock: createClock(),
  sendsHeaders: false,
  random: () => Math.random(),
  open: (request, listener) => new BrowserSocket(request, listener),
  report: (line) => console.error(line),
  page: createPage(),
};

function createClock(): Clock {
  const after = (delay: number, task: () => void): Cancel => {
    const timer = setTimeout(task, delay);
    return () => clearTimeout(timer);
  };
  return {
    now: () => Date.now(),
    after,
    // A page cannot ask whether there is something to read: a turn of its event loop is what there is.
    afterRead: (task) => after(0, task),
  };
}

/** As much of a page as a runtime has: a worker has no document, a server neither that nor a network to lose. */
interface PageGlobals {
  addEventListener?: (type: string, listener: (event: Event) => void) => void;
  removeEventListener?: (type: string, listener: (event: Event) => void) => void;
  document?: { visibilityState?: string } & PageGlobals;
  navigator?: { onLine?: boolean };
}

function createPage(): Page {
  // Looked up at each use, since nothing may be touched at import.
  const globals = () => globalThis as PageGlobals;
  return {
    get isOnline() {
      return globals().navigator?.onLine !== false;
    },
    get isVisible() {
      return globals().document?.visibilityState !== 'hidden';
    },
    watch: (listener) => watchPage(globals(), listener),
  };
}

function watchPage(globals: PageGlobals, listener: PageListener): Cancel {
  const { document } = globals;
  const isKept = (event: Event) => (event as PageTransitionEvent).persisted;
  const signals: [target: PageGlobals | undefined, type: string, told: (event: Event) => void][] = [
    [globals, 'online', () => listener.online()],
    [globals, 'offline', () => listener.offline()],
    [globals, 'pagehide', (event) => isKept(event) && listener.kept()],
    [globals, 'pageshow', (event) => isKept(event) && listener.restored()],
    [document, 'visibilitychange', () => document?.visibilityState === 'visible' && listener.woke()],
    [document, 'resume', () => listener.woke()],
  ];
  for (const [target, type, told] of signals) target?.addEventListener?.(type, told);
  return () => {
    for (const [target, type, told] of signals) target?.removeEventListener?.(type, told);
  };
}

/** When a socket that has not sent everything yet is looked at, in milliseconds: it tells nobody when it has. */
const DRAIN_CHECKS = [0, 1, 4, 20];

/** A global `WebSocket` as the client knows sockets. */
export class BrowserSocket implements Socket {
  readonly #webSocket: WebSocket;
  readonly #undrained: { end: number; done: () => void }[] = [];
  /** Bytes that were handed to the socket, as its `bufferedAmount` counts them. */
  #accepted = 0;
  #stopWatching: Cancel | undefined;

  /** `sendsHeaders`: the second argument may be options, as it may not in a browser. */
  constructor({ url, protocols, headers }: SocketRequest, listener: SocketListener, sendsHeaders = false) {
    if (typeof globalThis.WebSocket !== 'function') throw new Error('This runtime has no WebSocket');
    const offer = sendsHeaders ? { headers, protocols } : protocols;
    const webSocket = Reflect.construct(globalThis.WebSocket, [url, offer]) as WebSocket;
    webSocket.binaryType = 'arraybuffer';
    webSocket.onopen = () => listener.opened();
    webSocket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      const frame = typeof data === 'string' ? data : new Uint8Array(data);
      listener.received(frame, frame.length);
    };
    webSocket.onclose = ({ code, reason }) => {
      this.#stopWatching?.();
      listener.ended({ code, reason });
    };
    this.#webSocket = webSocket;
  }

  send(data: string | Uint8Array, done: (error?: Error) => void): void {
    const before = this.#webSocket.bufferedAmount;
    this.#webSocket.send(data as string | Uint8Array<ArrayBuffer>);
    // Nothing drains while a script runs: the difference is the size of this message, framed or not.
    this.#accepted += this.#webSocket.bufferedAmount - before;
    this.#undrained.push({ end: this.#accepted, done });
    this.#stopWatching?.();
    this.#settleDrained(0);
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  /** A page cannot end a socket by force: it detaches itself and leaves the rest to the browser. */
  terminate(): void {
    this.#stopWatching?.();
    this.#webSocket.onopen = this.#webSocket.onmessage = this.#webSocket.onclose = null;
    this.#webSocket.close();
  }

  #settleDrained(checks: number): void {
    const drained = this.#accepted - this.#webSocket.bufferedAmount;
    while (this.#undrained[0] && this.#undrained[0].end <= drained) this.#undrained.shift()?.done();
    if (this.#undrained.length === 0) return;
    const delay = DRAIN_CHECKS[Math.min(checks, DRAIN_CHECKS.length - 1)] ?? 0;
    this.#stopWatching = platform.clock.after(delay, () => this.#settleDrained(checks + 1));
  }
}
