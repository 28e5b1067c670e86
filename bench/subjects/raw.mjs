// The physical limit: `ws` and `JSON.parse`, and nothing else.
import { WebSocket } from 'ws';

export function connect(url, received) {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('message', (data) => received(JSON.parse(data.toString())));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () =>
      resolve({
        post: (message) => socket.send(JSON.stringify(message)),
        send: (message) =>
          new Promise((sent, failed) =>
            socket.send(JSON.stringify(message), (error) => (error ? failed(error) : sent())),
          ),
        close: () =>
          new Promise((closed) => {
            socket.on('close', closed);
            socket.close(1000);
          }),
      }),
    );
  });
}

/** So many connections, one after the other; each gets one message and is then closed by the server. */
export async function reconnect(url, cycles, eachCycle) {
  for (let cycle = 1; cycle <= cycles; cycle++) {
    await new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      socket.on('message', (data) => JSON.parse(data.toString()));
      socket.on('error', reject);
      socket.on('close', resolve);
    });
    eachCycle(cycle);
  }
}
