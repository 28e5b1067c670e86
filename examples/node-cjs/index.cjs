// The bare client in CommonJS: every message of the stream, as it comes.
const { DatastreamClient } = require('schematic-datastream-ws');
const { DatastreamServer } = require('schematic-datastream-ws/testing');

async function main() {
  const { SCHEMATIC_API_URL, SCHEMATIC_API_KEY } = process.env;
  const server = SCHEMATIC_API_URL ? undefined : await DatastreamServer.start({ flags: [{ key: 'beta' }] });
  const client = new DatastreamClient({
    url: SCHEMATIC_API_URL ?? server.url,
    apiKey: SCHEMATIC_API_KEY ?? 'development',
    connectionReadyHandler: async () => {
      await client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } });
    },
    messageHandler: (message) => console.log(`${message.message_type} ${message.entity_type}`),
  });
  client.on('state', ({ status }) => console.log(`state: ${status}`));
  client.start();

  const stop = async () => {
    await client.close();
    await server?.stop();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main();
