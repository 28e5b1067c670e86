import { messageOf } from '../server/messages.mjs';

const TEXT = messageOf(200);

/** What a library itself adds to one message, in nanoseconds: a fake socket, and `JSON.parse` alone taken off in turns. */
export async function overhead({ overFakeSocket }, _url, count) {
  let sum = 0;
  const received = (message) => void (sum += message.data.note.length);
  const deliver = await overFakeSocket(received);
  const bare = (text) => received(JSON.parse(text));
  // Short turns by the wall clock, and their median: CPU time comes in steps as large as a turn, and whoever interrupts
  // hits few turns.
  const turns = 200;
  const each = Math.ceil(count / turns);
  const time = (task) => {
    const start = process.hrtime.bigint();
    for (let done = 0; done < each; done++) task(TEXT);
    return Number(process.hrtime.bigint() - start) / each;
  };
  for (let warm = 0; warm < turns / 10; warm++) {
    time(deliver);
    time(bare);
  }
  const added = [];
  for (let turn = 0; turn < turns; turn++) {
    const parsing = time(bare);
    added.push(time(deliver) - parsing);
  }
  added.sort((a, b) => a - b);
  if (sum === 0) throw new Error('No message came through');
  return { value: added[turns / 2] };
}
