import { DatastreamClient } from 'schematic-datastream-ws';

new DatastreamClient({ url: 'wss://example.com', apiKey: 'key', messageHandler: () => {}, maxRetries: 3 });
