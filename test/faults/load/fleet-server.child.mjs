// A server in a process of its own, so that a fleet of clients finds it as it would another machine: with its own files
// and its own event loop. It does what the test says, one message at a time, and answers each.
import { setImmediate } from 'node:timers/promises';
import { DatastreamServer } from '../../../dist/testing.js';

const clients = Number(process.argv[2]);
const server = await DatastreamServer.start();

/** Changes every company once nobody is left to hear of it. */
async function changeUnheard(credits) {
  while (server.connections.length > 0) await setImmediate();
  for (let index = 0; index < clients; index += 1) {
    server.setCompany({ id: `co_${index}`, keys: { slug: `company-${index}` }, credits });
  }
}

const commands = {
  change: changeUnheard,
  /** Drops all clients in one turn. */
  async drop(credits) {
    server.faults.terminateAll();
    await changeUnheard(credits);
  },
  async restart({ downFor, credits }) {
    const restarted = server.restart({ downFor });
    await changeUnheard(credits);
    await restarted;
  },
  /** Pushes a numbered message to everyone. */
  push: (n) => server.push({ message_type: 'full', entity_type: 'rulesengine.Flag', data: { n } }),
  /** When each upgrade request came, in milliseconds since the epoch. */
  arrivals: () => server.upgrades.map(({ at }) => at),
  /** Who is connected, and follows what. */
  connections: () => server.connections.map(({ apiKey, subscriptions }) => ({ apiKey, subscriptions })),
};

process.on('message', async ({ id, command, argument }) => {
  process.send({ id, result: await commands[command](argument) });
});
// A test that is gone, or done, needs no server.
process.on('disconnect', () => server.stop());
process.send({ id: 0, result: server.url });
