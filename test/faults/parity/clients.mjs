// The two clients that are compared, as classes with the same options: what both take from the Go library.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

export const CLIENTS = {
  ours: async () => (await import(new URL('dist/index.js', ROOT).href)).DatastreamClient,
  sdk: officialClient,
};

// The SDK does not export the client of its datastream: the class is taken from the first instance that it makes for
// itself, in whose place it gets one that does nothing, so that it dials nowhere.
async function officialClient() {
  const { SchematicClient } = createRequire(fileURLToPath(ROOT))('@schematichq/schematic-typescript-node');
  const nowhere = 'http://127.0.0.1:1';
  const options = { apiKey: 'key', basePath: nowhere, eventCaptureBaseURL: nowhere, logLevel: 'error' };
  const sdk = new SchematicClient({ ...options, useDataStream: true });
  const nothing = () => undefined;
  const inert = { on: nothing, start: nothing, close: nothing };
  const DatastreamWSClient = await new Promise((resolve) => {
    const set = (instance) => resolve(instance?.constructor);
    Object.defineProperty(sdk.datastreamClient, 'wsClient', { get: () => inert, set });
  });
  await sdk.close();
  return DatastreamWSClient;
}
