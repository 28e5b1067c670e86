import { DatastreamClient } from '../../dist/index.js';

const options = (url, received) => ({ url, apiKey: 'key', messageHandler: received });

export async function connect(url, received) {
  const client = new DatastreamClient(options(url, received));
  client.start();
  await client.ready();
  return {
    post: (message) => void client.sendMessage(message),
    send: (message) => client.sendMessage(message),
    close: () => client.close(),
  };
}

/** So many connections of one client, each closed by the server after one message. */
export function reconnect(url, cycles, eachCycle) {
  return new Promise((resolve, reject) => {
    let cycle = 0;
    const client = new DatastreamClient({
      ...options(url, () => undefined),
      maxReconnectAttempts: Infinity,
      backoff: () => 0,
    });
    client.on('waiting', () => {
      eachCycle(++cycle);
      if (cycle === cycles) client.close().then(resolve, reject);
    });
    client.on('closed', ({ error }) => error && reject(error));
    client.start();
  });
}

/** A client on a socket that is no socket; returns the function that delivers a text. */
export async function overFakeSocket(received) {
  let listener;
  const platform = {
    clock: { now: () => 0, after: () => () => undefined, afterRead: () => () => undefined },
    sendsHeaders: true,
    random: () => 0,
    report: () => undefined,
    open(_request, socketListener) {
      listener = socketListener;
      return { send: (_data, done) => done(), close: () => undefined };
    },
  };
  const client = new DatastreamClient({ ...options('ws://localhost/', received), platform });
  client.start();
  listener.opened();
  await client.ready();
  return (text) => listener.received(text, text.length);
}
