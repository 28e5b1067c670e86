/* global SchematicDatastream, WebSocket, location, performance, requestAnimationFrame, URLSearchParams */
// Receives messages through the library or through a bare WebSocket, as the query says, and watches its own frames.

let left = 0;
let done;
let post;

const received = () => {
  if (--left === 0) done();
};

const subjects = {
  bare(url) {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => received(JSON.parse(data));
    post = (message) => socket.send(JSON.stringify(message));
    return new Promise((resolve) => (socket.onopen = resolve));
  },
  ours(url) {
    const client = new SchematicDatastream.DatastreamClient({
      url,
      apiKey: 'key',
      auth: SchematicDatastream.queryAuth(),
      messageHandler: received,
    });
    post = (message) => client.sendMessage(message);
    client.start();
    return client.ready();
  },
};

globalThis.connect = (url) => subjects[new URLSearchParams(location.search).get('subject')](url);

/** Asks for so many messages; gives the longest time between two frames meanwhile, in milliseconds. */
globalThis.receive = (count) =>
  new Promise((resolve) => {
    let longest = 0;
    let last = performance.now();
    let isOver = false;
    const frame = (now) => {
      longest = Math.max(longest, now - last);
      last = now;
      if (!isOver) requestAnimationFrame(frame);
      else resolve(longest);
    };
    requestAnimationFrame(frame);
    left = count;
    done = () => (isOver = true);
    post({ command: 'deliver', count, size: 200 });
  });
