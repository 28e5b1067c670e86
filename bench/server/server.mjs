// The one server of a run, in a process of its own: a plain `ws` server that does what each client asks it to.
//
//   { command: 'deliver', count, size }  sends so many messages of that size, no faster than the network takes them
//   { command: 'collect', count }        swallows so many messages, then answers { collected }
//   { command: 'echo' }                  answers with the same message
//
// A URL with `?hello` gets one message at once; with `?drop` the connection is then closed, as by a server that restarts.
import { setImmediate } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import { messageOf } from './messages.mjs';

const HIGH_WATER_MARK = 1_048_576;
const SERVICE_RESTART = 1012;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

server.on('connection', (socket, request) => {
  if (socket.protocol === 'graphql-transport-ws') return serveGraphql(socket);
  const { searchParams } = new URL(request.url, 'ws://localhost');
  let left = 0;
  let collecting = 0;
  socket.on('message', (data) => {
    if (left > 0) {
      if (--left === 0) socket.send(JSON.stringify({ collected: collecting }));
      return;
    }
    const text = data.toString();
    const message = JSON.parse(text);
    if (message.command === 'deliver') void deliver(socket, messageOf(message.size), message.count);
    else if (message.command === 'collect') left = collecting = message.count;
    else socket.send(text);
  });
  if (searchParams.has('hello')) socket.send(messageOf(200));
  if (searchParams.has('drop')) socket.close(SERVICE_RESTART);
});

/** graphql-ws speaks its own protocol: a subscription whose query is the command. */
function serveGraphql(socket) {
  socket.on('message', (data) => {
    const { id, type, payload } = JSON.parse(data.toString());
    if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
    if (type !== 'subscribe') return;
    const { size, count } = payload.variables;
    const frame = `{"id":${JSON.stringify(id)},"type":"next","payload":{"data":${messageOf(size)}}}`;
    void deliver(socket, frame, count);
  });
}

async function deliver(socket, frame, count) {
  for (let sent = 0; sent < count; sent++) {
    socket.send(frame);
    while (socket.bufferedAmount > HIGH_WATER_MARK) await setImmediate();
  }
}

server.on('listening', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
