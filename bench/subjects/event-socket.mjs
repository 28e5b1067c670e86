// What the subjects whose API is that of a WebSocket have in common.

/** Waits for a WebSocket-like object to open; returns it as a subject. */
export function opened(socket, received) {
  socket.addEventListener('message', ({ data }) => received(JSON.parse(data)));
  return new Promise((resolve) => {
    socket.addEventListener('open', () => {
      const post = (message) => socket.send(JSON.stringify(message));
      resolve({ post, send: async (message) => post(message), close: () => socket.close() });
    });
  });
}

/** A `WebSocket` class without a network, for what a wrapper itself adds to a message. */
export class FakeWebSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSING = 2;
  static CLOSED = 3;
  static latest;
  readyState = 0;
  bufferedAmount = 0;
  protocol = '';
  extensions = '';
  binaryType = 'blob';
  #listeners = new Map();

  constructor(url) {
    this.url = url;
    FakeWebSocket.latest = this;
  }

  addEventListener(type, listener) {
    this.#listeners.set(type, listener);
  }

  removeEventListener(type) {
    this.#listeners.delete(type);
  }

  send() {
    // Nobody hears it.
  }

  close() {
    this.readyState = 3;
  }

  emit(type, event) {
    this[`on${type}`]?.(event);
    this.#listeners.get(type)?.(event);
  }
}

/** Waits until a library has made its `FakeWebSocket`, opens it, and returns the function that delivers a text. */
export async function fakeDelivery() {
  while (!FakeWebSocket.latest) await new Promise((resolve) => setTimeout(resolve, 1));
  const socket = FakeWebSocket.latest;
  socket.readyState = 1;
  socket.emit('open', new Event('open'));
  return (text) => socket.emit('message', new MessageEvent('message', { data: text }));
}
