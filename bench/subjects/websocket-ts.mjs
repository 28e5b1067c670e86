import { WebSocket } from 'ws';
import { ConstantBackoff, WebsocketBuilder } from 'websocket-ts';
import { FakeWebSocket, fakeDelivery, opened } from './event-socket.mjs';

const build = (url, Implementation) => {
  // It knows the global WebSocket and no other.
  globalThis.WebSocket = Implementation;
  return new WebsocketBuilder(url).withBackoff(new ConstantBackoff(1_000));
};

export function connect(url, received) {
  const socket = build(url, WebSocket).build();
  const shim = {
    addEventListener: (type, listener) => socket.addEventListener(type, (_socket, event) => listener(event)),
    send: (data) => socket.send(data),
    close: () => socket.close(),
  };
  return opened(shim, received);
}

export function overFakeSocket(received) {
  build('ws://localhost/', FakeWebSocket)
    .onMessage((_socket, { data }) => received(JSON.parse(data)))
    .build();
  return fakeDelivery();
}
