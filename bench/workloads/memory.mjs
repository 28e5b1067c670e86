import { liveHeap } from './meter.mjs';

/** Heap for each of so many open connections, in bytes. */
export async function perConnection({ connect }, url, count) {
  const open = [];
  // The first ones pay for what all share.
  for (let warm = 0; warm < 20; warm++) open.push(await connect(url, () => undefined));
  const before = await liveHeap();
  for (let done = 0; done < count; done++) open.push(await connect(url, () => undefined));
  const after = await liveHeap();
  await Promise.all(open.map((client) => client.close()));
  return { value: (after - before) / count };
}

/** Heap that each reconnect leaves behind, in bytes: the slope between the first quarter and the end. */
export async function perReconnect({ reconnect }, url, count) {
  const warm = Math.ceil(count / 4);
  await reconnect(`${url}?hello&drop`, warm, () => undefined);
  const before = await liveHeap();
  await reconnect(`${url}?hello&drop`, count, () => undefined);
  const after = await liveHeap();
  return { value: (after - before) / count };
}

/** Heap that each message leaves behind, in bytes. */
export async function perMessage({ connect }, url, count) {
  let left = 0;
  let done;
  const client = await connect(url, () => --left === 0 && done());
  const deliver = (messages) =>
    new Promise((resolve) => {
      left = messages;
      done = resolve;
      client.post({ command: 'deliver', count: messages, size: 200 });
    });
  await deliver(Math.ceil(count / 10));
  const before = await liveHeap();
  await deliver(count);
  const after = await liveHeap();
  await client.close();
  return { value: (after - before) / count };
}
