import { DatastreamClient, type ConnectionState, type DatastreamError, type DatastreamOptions } from '../../src';
import { FakePlatform, type FakePlatformOptions } from '../../src/testing/fakes';

/** A client in a fake world, and everything that it said. */
export function fakeClient(options: Partial<DatastreamOptions> = {}, world: FakePlatformOptions = {}) {
  const platform = new FakePlatform(world);
  const messages: unknown[] = [];
  const states: ConnectionState[] = [];
  const errors: DatastreamError[] = [];
  const client = new DatastreamClient({
    url: 'wss://example.com/datastream',
    apiKey: 'key',
    messageHandler: (message) => void messages.push(message),
    platform,
    ...options,
  });
  client.on('state', (state) => states.push(state));
  client.on('error', (error) => errors.push(error));
  return {
    client,
    platform,
    clock: platform.clock,
    messages,
    states,
    errors,
    statuses: () => states.map(({ status }) => status),
    codes: () => errors.map(({ code }) => code),
    /** Starts it and lets the server accept. */
    connect: () => {
      client.start();
      platform.socket.accept();
    },
  };
}

/** Lets everything run that is already decided: promises that are settled, and what follows from them. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How a promise stands: its value or error, or that it is pending. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  const pending = settled().then(() => 'pending');
  return Promise.race([promise.catch((error: unknown) => error), pending]);
}
