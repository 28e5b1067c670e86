// The datastream client inside Schematic's own SDK, with a handler of ours in place of its caches.
import { setTimeout } from 'node:timers/promises';
import { SchematicClient } from '@schematichq/schematic-typescript-node';

let WsClient;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export async function connect(url, received) {
  WsClient ??= await hiddenClass(url);
  const client = new WsClient({
    url,
    apiKey: 'key',
    messageHandler: async (message) => received(message),
    logger: silent,
  });
  await new Promise((resolve) => {
    client.on('ready', resolve);
    client.start();
  });
  return {
    post: (message) => void client.sendMessage(message),
    send: (message) => client.sendMessage(message),
    close: () => client.close(),
  };
}

/** The SDK does not export the class; the instance that it makes for itself, once it has started, knows it. */
async function hiddenClass(url) {
  const { datastreamClient } = new SchematicClient({
    apiKey: 'key',
    basePath: url,
    eventCaptureBaseURL: url,
    useDataStream: true,
    logger: silent,
  });
  for (const deadline = Date.now() + 5_000; !datastreamClient.wsClient; await setTimeout(1)) {
    if (Date.now() > deadline) throw new Error('This version of the SDK hides its datastream client somewhere else');
  }
  const WsClient = datastreamClient.wsClient.constructor;
  datastreamClient.close();
  return WsClient;
}
