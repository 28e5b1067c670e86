import { per, startMeter } from './meter.mjs';

/** CPU time for each message received, with a handler that returns what `answer` gives. */
export const receive = (size, answer) =>
  async function measure({ connect }, url, count) {
    let left = 0;
    let done;
    const received = () => {
      if (--left === 0) done();
      return answer();
    };
    const client = await connect(url, received);
    const deliver = (messages) =>
      new Promise((resolve) => {
        left = messages;
        done = resolve;
        client.post({ command: 'deliver', count: messages, size });
      });
    await deliver(Math.ceil(count / 4)); // until the engine has compiled it
    const stop = startMeter();
    await deliver(count);
    const cost = stop();
    await client.close();
    return per(cost, count);
  };
