import { per, startMeter } from './meter.mjs';

/** CPU time for a request and its answer, one at a time, each send awaited. */
export async function request({ connect }, url, count) {
  let answered;
  const client = await connect(url, () => answered());
  const ask = async (number) => {
    const answer = new Promise((resolve) => (answered = resolve));
    await client.send({ command: 'echo', number });
    await answer;
  };
  for (let warm = 0; warm < count / 4; warm++) await ask(warm);
  const stop = startMeter();
  for (let number = 0; number < count; number++) await ask(number);
  const cost = stop();
  await client.close();
  return per(cost, count);
}
