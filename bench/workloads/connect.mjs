import { per, startMeter } from './meter.mjs';

/** CPU time from nothing to the first message, over and over. */
export async function connect({ connect: open }, url, count) {
  const once = async () => {
    let received;
    const first = new Promise((resolve) => (received = resolve));
    const client = await open(`${url}?hello`, () => received());
    await first;
    await client.close();
  };
  for (let warm = 0; warm < count / 4; warm++) await once();
  const stop = startMeter();
  for (let done = 0; done < count; done++) await once();
  return per(stop(), count);
}
