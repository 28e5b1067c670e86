import type { Child } from '../../support/child-process';
import { useLoopback } from '../../support/loopback';

const loopback = useLoopback();

/** A process with a ready client that tells every state from now on. */
async function readyProcess(times: string) {
  const server = await loopback.datastream();
  const script = `
    const client = create(${times});
    client.on('ready', () => {
      tell('ready');
      client.on('state', (state) => tell(state.error ? state.error.code : state.status));
    });
    client.start();
  `;
  const child: Child = loopback.child(script, server);
  await child.lines.at(0);
  return { server, child, connection: await server.connection() };
}

describe('a process that slept for longer than pongTimeout', () => {
  const SLEEP = 1_200;
  const TIMES = '{ pongTimeout: 400, pingInterval: 100 }';

  test('asks at once whether the server is still there', async () => {
    // No ping is due for a long time, so the one that comes asks. A gap counts from a second past the next look at the
    // clock, which comes every second.
    const { child, connection } = await readyProcess('{ pongTimeout: 50_000, pingInterval: 40_000 }');
    await child.sleep(2_200);
    const woken = performance.now();
    await connection.nextPing();
    expect(performance.now() - woken).toBeLessThan(1_000);
  });

  test('keeps the connection, without an event, when the server answers', async () => {
    const { child, connection } = await readyProcess(TIMES);
    await child.sleep(SLEEP);
    for (let ping = 0; ping < 5; ping += 1) await connection.nextPing();
    expect(child.lines.all).toEqual(['ready']);
  });

  test('replaces the connection when the server does not answer', async () => {
    const { server, child } = await readyProcess(TIMES);
    server.faults.silenceAll();
    await child.sleep(SLEEP);
    expect(await child.lines.first(2)).toEqual(['ready', 'PONG_TIMEOUT']);
  });
});
