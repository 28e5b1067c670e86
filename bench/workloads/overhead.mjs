import { messageOf } from '../server/messages.mjs';
import { startMeter } from './meter.mjs';

const TEXT = messageOf(200);

/** What a library itself adds to one message, in nanoseconds: a fake socket, and `JSON.parse` alone taken off in turns. */
export async function overhead({ overFakeSocket }, _url, count) {
  let sum = 0;
  const received = (message) => void (sum += message.data.note.length);
  const deliver = await overFakeSocket(received);
  const bare = (text) => received(JSON.parse(text));
  const turns = 20;
  const each = Math.ceil(count / turns);
  const time = (task) => {
    const stop = startMeter();
    for (let done = 0; done < each; done++) task(TEXT);
    return stop().cpu;
  };
  time(deliver);
  time(bare);
  const added = [];
  for (let turn = 0; turn < turns; turn++) {
    const parsing = time(bare);
    added.push(((time(deliver) - parsing) / each) * 1_000);
  }
  added.sort((a, b) => a - b);
  if (sum === 0) throw new Error('No message came through');
  return { value: added[turns / 2] };
}
