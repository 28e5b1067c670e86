import { messageOf } from '../server/messages.mjs';
import { per, startMeter } from './meter.mjs';

const PER_TICK = 1_000;

/** CPU time for each message sent, a thousand in one tick; the next thousand follow when the server has them. */
export async function send({ connect }, url, count) {
  let collected;
  const client = await connect(url, () => collected());
  const message = JSON.parse(messageOf(200));
  const tick = () =>
    new Promise((resolve) => {
      collected = resolve;
      client.post({ command: 'collect', count: PER_TICK });
      for (let sent = 0; sent < PER_TICK; sent++) client.post(message);
    });
  const ticks = Math.ceil(count / PER_TICK);
  for (let warm = 0; warm < ticks / 4; warm++) await tick();
  const stop = startMeter();
  for (let done = 0; done < ticks; done++) await tick();
  const cost = stop();
  await client.close();
  return per(cost, ticks * PER_TICK);
}
