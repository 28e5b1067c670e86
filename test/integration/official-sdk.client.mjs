// Runs Schematic's own SDK in a process of its own, since its WASM engine does not load inside jest; the test tells it
// what to do, one message at a time, and it answers each with the result or the error.
import { setImmediate } from 'node:timers';
import { SchematicClient } from '@schematichq/schematic-typescript-node';

const url = process.argv[2];
const client = new SchematicClient({
  apiKey: 'key',
  basePath: url,
  eventCaptureBaseURL: url,
  useDataStream: true,
  logLevel: 'error',
});

const { datastreamClient } = client;
// What it cannot take, a company without keys for one, it emits; without a listener that ends the process.
datastreamClient.on('error', () => undefined);
const ready = new Promise((resolve) => datastreamClient.on('ready', resolve));

const commands = {
  ready: () => ready,
  check: ({ flag, company, user }) => client.checkFlagWithEntitlement({ company, user }, flag),
  company: ({ keys }) => datastreamClient.getCompany(keys),
  cachedCompany: ({ keys }) => datastreamClient.getCachedCompany(keys),
  flag: ({ key }) => datastreamClient.getFlag(key),
  async close() {
    await client.close();
    // Nothing of the test keeps this process alive from here on.
    setImmediate(() => process.disconnect());
  },
};

process.on('message', async ({ id, command, ...args }) => {
  try {
    process.send({ id, result: (await commands[command](args)) ?? null });
  } catch (error) {
    process.send({ id, error: String(error) });
  }
});
