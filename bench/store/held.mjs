import { FakePlatform } from '../../dist/testing.js';
import { DatastreamStore } from '../../dist/index.js';
import { companyFrame, flagsFrame } from './world.mjs';

/** A store that holds so many flags and companies, and the socket that it follows. */
export async function storeHolding({ flags, companies }) {
  const platform = new FakePlatform();
  const store = new DatastreamStore({ url: 'wss://example.com/datastream', apiKey: 'key', platform });
  store.start();
  const { socket } = platform;
  socket.accept();
  socket.deliver(flagsFrame(flags));
  await store.ready();
  for (let index = 0; index < companies; index += 1) {
    const asked = store.company({ slug: `acme-${index}` });
    socket.deliver(companyFrame(index));
    await asked;
    // The fake keeps what it is sent, for tests.
    socket.sent.length = 0;
  }
  return { store, socket };
}

/** The same entities, parsed and held in plain arrays. */
export function arrayHolding({ flags, companies }) {
  const held = [JSON.parse(flagsFrame(flags)).data];
  for (let index = 0; index < companies; index += 1) held.push(JSON.parse(companyFrame(index)).data);
  return held;
}
