// A DatastreamServer in a process of its own, which the test starts, stops and kills; it pushes numbered messages when it
// is told to, and tells how many it has sent on each connection.
import { setInterval } from 'node:timers';
import { DatastreamServer } from '../../dist/testing.js';

const NO_CLOSE_FRAME = 1006;

const [host, port] = process.argv.slice(2);
const server = await DatastreamServer.start({ host, port: Number(port) });

/** Messages sent on each connection, by its name. */
const sent = {};
const names = new Map();

function nameOf(connection) {
  if (!names.has(connection)) {
    names.set(connection, `${process.pid}/${names.size}`);
    void connection.closed.then(({ code }) => {
      if (code !== NO_CLOSE_FRAME) process.send({ closed: nameOf(connection) });
    });
  }
  return names.get(connection);
}

const commands = {
  /** Pushes so many messages on every open connection. */
  push({ count, size = 0 }) {
    for (const connection of server.connections) {
      if (!connection.isOpen) continue;
      const c = nameOf(connection);
      sent[c] ??= 0;
      for (let left = count; left > 0; left--) connection.push({ c, n: sent[c]++, padding: 'x'.repeat(size) });
    }
    process.send({ sent });
  },
  /** Pushes so many messages again and again, until the end. */
  stream({ count, every }) {
    setInterval(() => commands.push({ count }), every);
  },
  /** Closes every connection with 1012, and ends. */
  async end() {
    await server.stop();
    // What has been told is read first.
    process.disconnect();
  },
};

process.on('message', ({ command, ...args }) => commands[command](args));
// The test is gone, however it ended.
process.on('disconnect', () => process.exit());
process.send({ port: server.port });
