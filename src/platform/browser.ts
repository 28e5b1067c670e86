import type { Cancel, Clock, Platform, Socket, SocketListener, SocketRequest } from './platform';

/** Every runtime with a global `WebSocket`, which is looked up at each attempt: a polyfill may come late. */
export const platform: Platform = {
  clock: createClock(),
  sendsHeaders: false,
  random: () => Math.random(),
  open: (request, listener) => new BrowserSocket(request, listener),
  report: (line) => console.error(line),
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

/** How often a socket that has not sent everything yet is looked at, in milliseconds: it tells nobody when it has. */
const DRAIN_INTERVAL = 20;

class BrowserSocket implements Socket {
  readonly #webSocket: WebSocket;
  #undrained: (() => void)[] = [];
  #stopWatching: Cancel | undefined;

  constructor({ url, protocols }: SocketRequest, listener: SocketListener) {
    if (typeof globalThis.WebSocket !== 'function') throw new Error('This runtime has no WebSocket');
    const webSocket = new globalThis.WebSocket(url, [...protocols]);
    webSocket.binaryType = 'arraybuffer';
    webSocket.onopen = () => listener.opened();
    webSocket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
      listener.received(typeof data === 'string' ? data : new Uint8Array(data));
    webSocket.onclose = ({ code, reason }) => {
      this.#stopWatching?.();
      listener.ended({ code, reason });
    };
    this.#webSocket = webSocket;
  }

  send(data: string | Uint8Array, done: (error?: Error) => void): void {
    this.#webSocket.send(data as string | Uint8Array<ArrayBuffer>);
    this.#undrained.push(done);
    this.#settleDrained();
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  readonly #settleDrained = (): void => {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    if (this.#webSocket.bufferedAmount > 0) {
      this.#stopWatching = platform.clock.after(DRAIN_INTERVAL, this.#settleDrained);
      return;
    }
    for (const done of this.#undrained.splice(0)) done();
  };
}
