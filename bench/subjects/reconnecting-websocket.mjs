import { WebSocket } from 'ws';
import module from 'reconnecting-websocket';
import { FakeWebSocket, fakeDelivery, opened } from './event-socket.mjs';

const ReconnectingWebSocket = module.default ?? module;

export const connect = (url, received) => opened(new ReconnectingWebSocket(url, [], { WebSocket }), received);

export function overFakeSocket(received) {
  const socket = new ReconnectingWebSocket('ws://localhost/', [], { WebSocket: FakeWebSocket });
  socket.addEventListener('message', ({ data }) => received(JSON.parse(data)));
  return fakeDelivery();
}
