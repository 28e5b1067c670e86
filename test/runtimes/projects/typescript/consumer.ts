// A program of a consumer whose compiler knows ES2022 and nothing else: no DOM, no Node, no `ws`. Every entry but react.
import { DatastreamClient, DatastreamStore, queryAuth, type ConnectionState } from 'schematic-datastream-ws';
import { DatastreamServer, FakePlatform } from 'schematic-datastream-ws/testing';

const platform = new FakePlatform();
const client = new DatastreamClient<{ n: number }>({
  url: 'wss://example.com',
  apiKey: async () => 'key',
  auth: queryAuth(),
  platform,
  messageHandler: (message, { signal, type }) => {
    const seen: [number, boolean, 'text' | 'binary'] = [message.n, signal.aborted, type];
    void seen;
  },
});
client.on('waiting', ({ attempt, error }) => void [attempt.toFixed(), error.code]);
const state: ConnectionState = client.state;
export const since: number | undefined = state.status === 'ready' ? state.since : undefined;
export const closed: Promise<void> = client.close();

export async function names(): Promise<string[]> {
  const server = await DatastreamServer.start({ flags: [{ key: 'beta' }] });
  const store = new DatastreamStore({ url: server.url, apiKey: 'key' });
  await store.ready();
  const company = await store.company({ slug: 'acme' });
  return [company.id, ...store.flags.keys()];
}

// @ts-expect-error -- there is no such option
new DatastreamClient({ url: 'x', apiKey: 'k', messageHandler: () => {}, maxRetries: 3 });
// @ts-expect-error -- a key is no number
new DatastreamStore({ url: 'x', apiKey: 3 });
// @ts-expect-error -- a state has no data of another
void state.since;
