import { useLoopback } from '../../support/loopback';

const loopback = useLoopback();

/** Runs a client that nobody listens to, and that closes when its server says "stop". */
async function runUnwatched(options: string, frames: string[], extra = '') {
  const server = await loopback.webSockets();
  const script = `
    const stop = (message) => { if (message === 'stop') setImmediate(() => client.close()); };
    const client = create(${options});
    client.on('message', stop);
    ${extra}
    client.start();
  `;
  const child = loopback.child(script, server);
  const { socket } = await server.peers.at(0);
  for (const frame of [...frames, '"stop"']) socket.send(frame);
  return child.ended;
}

const REPORT = 'schematic-datastream-ws: ';

describe('a process without an "error" listener and without a logger', () => {
  test.each([
    ['throws', `() => { throw new Error('boom'); }`],
    ['rejects', `() => Promise.reject(new Error('boom'))`],
    ['throws undefined', `() => { throw undefined; }`],
  ])('survives a handler that %s, and says so in one line', async (_how, handler) => {
    expect(await runUnwatched(`{ messageHandler: (message) => message === 1 && (${handler})() }`, ['1'])).toEqual({
      code: 0,
      signal: null,
      stderr: `${REPORT}HANDLER_FAILED: Option "messageHandler" failed\n`,
    });
  });

  test.each([
    ['throws', `() => { throw new Error('boom'); }`],
    ['rejects', `() => Promise.reject(new Error('boom'))`],
  ])('survives a listener that %s, and says so in one line', async (_how, listener) => {
    expect(await runUnwatched('{}', [], `client.on('ready', ${listener});`)).toEqual({
      code: 0,
      signal: null,
      stderr: `${REPORT}LISTENER_FAILED: A listener of "ready" failed\n`,
    });
  });

  test('survives malformed frames without a word', async () => {
    expect(await runUnwatched('{}', ['{', ''])).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('survives a lost connection without a word', async () => {
    const server = await loopback.datastream();
    server.faults.dropAfterAccept({ times: 1 });
    const script = `
      const client = create();
      let times = 0;
      client.on('ready', () => { if (++times === 2) client.close(); });
      client.start();
    `;
    expect(await loopback.child(script, server).ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('survives a terminal error, and says so in one line', async () => {
    const server = await loopback.datastream({ apiKeys: [] });
    expect(await loopback.child('create().start();', server).ended).toEqual({
      code: 0,
      signal: null,
      stderr: `${REPORT}UNAUTHORIZED: The server refused the upgrade with status 401\n`,
    });
  });

  test('survives a key provider that rejects for ever, and says that it gave up', async () => {
    const server = await loopback.datastream();
    const script = `create({ apiKey: () => Promise.reject(new Error('sealed')), maxReconnectAttempts: 2 }).start();`;
    const { code, stderr } = await loopback.child(script, server).ended;
    expect([code, stderr]).toEqual([
      0,
      `${REPORT}ATTEMPTS_EXHAUSTED: Gave up after attempt 2: Option "apiKey" failed\n`,
    ]);
  });

  test('survives a ready handler that rejects after its connection was lost', async () => {
    const server = await loopback.datastream();
    const script = `
      let calls = 0;
      const client = create({
        connectionReadyHandler: ({ signal }) => {
          if (++calls > 1) return;
          return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('late'))));
        },
      });
      client.on('ready', () => setImmediate(() => client.close()));
      client.start();
    `;
    const child = loopback.child(script, server);
    (await server.connection()).terminate();
    expect(await child.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('survives a TLS server that it does not trust', async () => {
    const { port } = await loopback.datastream();
    const script = `
      const client = create();
      client.on('waiting', () => client.close());
      client.start();
    `;
    const child = loopback.child(script, { url: `https://127.0.0.1:${port}` });
    expect(await child.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('survives an answer to the upgrade that comes after close()', async () => {
    const server = await loopback.tcp();
    const script = `
      const client = create();
      client.start();
      setTimeout(() => client.close(), 30);
    `;
    const child = loopback.child(script, server);
    const peer = await server.peers.at(0);
    await peer.request;
    peer.socket.write('HTTP/1.1 ');
    expect(await child.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });
});

describe('a key shows nowhere in the output of a process', () => {
  test('that gave up', async () => {
    const server = await loopback.datastream({ apiKeys: [] });
    const script = `create({ apiKey: 'sk-live-MARKER' }).start();`;
    const { stderr } = await loopback.child(script, server).ended;
    expect(stderr).not.toContain('MARKER');
  });

  test('that prints its client and its errors', async () => {
    const server = await loopback.datastream({ apiKeys: [] });
    const script = `
      const client = create({ apiKey: 'sk-live-MARKER', logger: console });
      client.on('error', (error) => console.log(error, client, JSON.stringify([client, error])));
      client.start();
    `;
    const child = loopback.child(script, server);
    const { stderr } = await child.ended;
    expect([...child.lines.all, stderr].join('\n')).not.toContain('MARKER');
  });
});
