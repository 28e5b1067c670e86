// Clients with every strategy go through what a server can do to them, each with a console for a logger and each without,
// and are printed at every change: the test reads what this process has written.
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { DatastreamClient, headerAuth, messageAuth, queryAuth, subprotocolAuth } from '../../../dist/index.js';
import { DatastreamServer } from '../../../dist/testing.js';

const apiKey = process.env.API_KEY;
const strategies = [
  headerAuth(),
  queryAuth(),
  subprotocolAuth({ protocol: 'v1' }),
  messageAuth((key) => ({ apiKey: key })),
];

const print = (value) => console.log(inspect(value, { depth: Infinity, showHidden: true }), JSON.stringify([value]));

const faults = {
  'a key that is refused': (server) => server.acceptKeys([]),
  'a refused upgrade': (server) => server.faults.refuseUpgrades({ status: 503, location: `/?k=${apiKey}` }),
  'a rejected key': (server) => server.faults.dropAfterAccept({ code: 4001, reason: `bad key ${apiKey}` }),
  'a close': (server) =>
    server.faults.dropAfterAccept({ code: 1008, reason: `go away, ${encodeURIComponent(apiKey)}` }),
  'a drop': (server) => server.faults.dropAfterAccept(),
  'a malformed frame': (server) => {
    server.faults.sendWithAccept(`{"error":"bad key ${apiKey}`);
    server.faults.dropAfterAccept({ code: 1012 });
  },
};

for (const [fault, strike] of Object.entries(faults)) {
  for (const auth of strategies) {
    for (const logging of [{ logger: console }, {}]) {
      const server = await DatastreamServer.start({ messageAuth: true });
      strike(server);
      const client = new DatastreamClient({
        url: server.url,
        apiKey,
        auth,
        ...logging,
        maxReconnectAttempts: 2,
        minReconnectDelay: 1,
        maxReconnectDelay: 1,
        messageHandler: () => {
          throw new Error('boom');
        },
      });
      client.on('state', (state) => print([state, client, client.stats()]));
      if (logging.logger) client.on('error', print);
      const closed = new Promise((resolve) => client.once('closed', resolve));
      client.start();
      await closed;
      await server.stop();
      console.log(`went through: ${fault}`);
    }
  }
}
await setImmediate();
