import { clearTimeout, setTimeout } from 'node:timers';
import { end } from './command.mjs';

const PATIENCE = 60_000;

/**
 * Waits until a server that was started tells where it listens, on a port of its own choice.
 *
 * @param child as `start` of command.mjs gives it
 * @param stream of the child on which it tells
 * @param address what finds it in all that was told; the first group is it
 */
export async function served(child, stream, address) {
  let told = '';
  let timer;
  try {
    return await new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${child.spawnargs.join(' ')}: ${why}\n${told}`));
      timer = setTimeout(() => fail(`not ready within ${PATIENCE / 1_000} s`), PATIENCE);
      child.once('error', reject);
      child.once('close', (status) => fail(`ended with status ${status}`));
      stream.setEncoding('utf8').on('data', (text) => {
        told += text;
        const found = address.exec(told)?.[1];
        if (found) resolve({ address: found, close: () => end(child) });
      });
    });
  } catch (error) {
    end(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
