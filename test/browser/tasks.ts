import type { DatastreamOptions } from '../../src';

// Tasks run in the page, to which they travel as text (`Tab.run`).

/** Makes a client with these options, starts it and waits until it is ready. */
export async function connect(options: Partial<DatastreamOptions<unknown>>): Promise<void> {
  const client = stage.create(options);
  client.start();
  await client.ready();
}
