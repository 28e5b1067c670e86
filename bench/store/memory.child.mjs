// Prints how many bytes of heap the entities take, in a store or in a plain array; needs --expose-gc.
import { arrayHolding, storeHolding } from './held.mjs';

const [side, companies, flags] = process.argv.slice(2);
const amount = { companies: Number(companies), flags: Number(flags) };
const hold = side === 'store' ? storeHolding : arrayHolding;

function heapAtRest() {
  for (let round = 0; round < 3; round += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

// Code is compiled and caches are filled before the count begins.
await hold({ companies: 50, flags: 10 });
const before = heapAtRest();
globalThis.held = await hold(amount);
console.log(JSON.stringify({ bytes: heapAtRest() - before }));
process.exit();
