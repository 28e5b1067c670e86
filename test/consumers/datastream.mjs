import assert from 'node:assert/strict';
import { clearTimeout, setTimeout } from 'node:timers';

const NORMAL_CLOSURE = 1000;
const API_KEY = 'consumer-key'; // that of projects/shared/follow.js
const PATIENCE = 60_000;

/**
 * Starts the test server of the tarball, lets a consumer follow it, and sees that both ends tell the same: it came with
 * the key, got the flags, came again after each restart of the server and closed in the end.
 *
 * @param play gets the URL of the server, and gives what `follow` of projects/shared/follow.js gives
 * @returns where the key was, for the report
 */
export async function following(folder, play, { rounds = 1, keyIn } = {}) {
  const { DatastreamServer } = await folder.import('schematic-datastream-ws/testing');
  const server = await DatastreamServer.start({ apiKeys: [API_KEY], flags: [{ key: 'beta', default_value: true }] });
  const deadline = timeout(`The consumer did not finish within ${PATIENCE / 1_000} s`);
  restartAfterRequests(server, rounds - 1).catch(() => undefined); // it waits in vain for a consumer that fails
  try {
    const { errors, ...outcome } = await Promise.race([play(server.url), deadline.over]);
    const told = `${outcome.status}, after ${errors.join(', ') || 'no error'}`;
    assert.deepEqual(outcome, { flags: Array(rounds).fill('beta'), status: 'closed' }, told);
    // One for each loss, and one for each dial that came too early.
    assert.ok(errors.length >= rounds - 1, `the losses that the consumer noticed: ${told}`);
    assert.equal(server.upgrades.length, rounds, 'the connections that the server got');
    const last = await server.connection(rounds - 1);
    const { code } = await Promise.race([last.closed, deadline.over]);
    assert.equal(code, NORMAL_CLOSURE, 'the close code that the server got');

    const place = 'x-schematic-api-key' in server.upgrades[0].headers ? 'a header' : 'the query';
    if (keyIn) assert.equal(place, keyIn, 'where the key was');
    return `key in ${place}`;
  } finally {
    deadline.cancel();
    await server.stop();
  }
}

async function restartAfterRequests(server, times) {
  for (let round = 0; round < times; round++) {
    await server.nextRequest();
    // The answer is on its way, ahead of the close frame.
    await server.restart();
  }
}

function timeout(message) {
  let timer;
  const over = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(message)), PATIENCE)));
  over.catch(() => undefined);
  return { over, cancel: () => clearTimeout(timer) };
}
