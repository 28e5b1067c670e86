// Prints how long a partial takes, in nanoseconds: to be parsed alone, and to be received and applied by a store that
// holds so many companies. Both take turns, so that whatever disturbs the machine disturbs both.
import { storeHolding } from './held.mjs';
import { partialFrame } from './world.mjs';

const [companies, flags] = process.argv.slice(2).map(Number);
const FRAMES = 2_000;
const TURNS = 40;

const { store, socket } = await storeHolding({ flags, companies });
let changes = 0;
store.on('change', () => (changes += 1));

let value = 1_000;
const framesOfTurn = () =>
  Array.from({ length: FRAMES }, () => partialFrame(Math.floor(Math.random() * companies), (value += 1)));
const timed = (frames, work) => {
  const start = process.hrtime.bigint();
  for (const frame of frames) work(frame);
  return Number(process.hrtime.bigint() - start) / frames.length;
};

const parse = [];
const apply = [];
for (let turn = 0; turn < TURNS; turn += 1) {
  const frames = framesOfTurn();
  parse.push(timed(frames, (frame) => JSON.parse(frame)));
  apply.push(timed(frames, (frame) => socket.deliver(frame)));
}
if (changes !== TURNS * FRAMES) throw new Error(`Only ${changes} of ${TURNS * FRAMES} partials were applied`);

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
console.log(JSON.stringify({ parse: median(parse), apply: median(apply) }));
process.exit();
