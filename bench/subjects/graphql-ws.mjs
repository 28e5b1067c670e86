import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { FakeWebSocket, fakeDelivery } from './event-socket.mjs';

const subscribe = (client, variables, received) => {
  const sink = {
    next: ({ data }) => received(data),
    error: (error) => console.error(error),
    complete: () => undefined,
  };
  client.subscribe({ query: 'subscription Deliver { message }', variables }, sink);
};

/** It receives through subscriptions: the only thing to post is the command that starts one. */
export async function connect(url, received) {
  const client = createClient({ url, webSocketImpl: WebSocket, lazy: false });
  await new Promise((resolve) => client.on('connected', resolve));
  return { post: (command) => subscribe(client, command, received), close: () => client.dispose() };
}

export async function overFakeSocket(received) {
  const client = createClient({ url: 'ws://localhost/', webSocketImpl: FakeWebSocket, lazy: false });
  subscribe(client, {}, received);
  const deliver = await fakeDelivery();
  let id;
  FakeWebSocket.latest.send = (text) => (id = JSON.parse(text).id ?? id);
  deliver('{"type":"connection_ack"}');
  while (id === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
  return (text) => deliver(`{"id":"${id}","type":"next","payload":{"data":${text}}}`);
}
