import { useLoopback } from '../../support/loopback';

const loopback = useLoopback();

/** The contract: nothing of a closed client keeps the process for longer, in milliseconds. */
const EXIT_WITHIN = 100;

describe('exits within 100 ms of close()', () => {
  /** The shortest of three runs: the machine may be busy with other tests, and contention only ever adds. */
  async function shortestExit(script: string, server: { url: string }): Promise<number> {
    const delays: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      const child = loopback.child(script, server);
      delays.push(await child.exitDelay());
      if (delays.some((delay) => delay <= EXIT_WITHIN)) break;
    }
    return Math.min(...delays);
  }

  const closeOn = (status: string, options = '{}') => `
    const client = create(${options});
    client.on(${JSON.stringify(status)}, () => setImmediate(() => { exitsFrom(); client.close(); }));
    client.start();
  `;

  test('of a client that was never started', async () => {
    const script = `const client = create(); exitsFrom(); client.close();`;
    expect(await shortestExit(script, { url: 'ws://localhost' })).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while connecting to a server that never answers', async () => {
    const server = await loopback.tcp();
    expect(await shortestExit(closeOn('connecting'), server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('in the same tick as start()', async () => {
    const server = await loopback.datastream();
    const script = `const client = create(); client.start(); exitsFrom(); client.close();`;
    expect(await shortestExit(script, server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while a key provider is pending', async () => {
    const server = await loopback.datastream();
    const script = closeOn('connecting', '{ apiKey: () => new Promise(() => undefined) }');
    expect(await shortestExit(script, server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while the ready handler runs', async () => {
    const server = await loopback.datastream();
    const script = closeOn('initializing', '{ connectionReadyHandler: () => new Promise(() => undefined) }');
    expect(await shortestExit(script, server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while ready', async () => {
    expect(await shortestExit(closeOn('ready'), await loopback.datastream())).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while ready, with a peer that reads nothing any more', async () => {
    const server = await loopback.webSockets();
    loopback.every(1, () => server.peers.all.forEach(({ tcp }) => tcp.pause()));
    expect(await shortestExit(closeOn('ready'), server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while a message waits for a peer that reads nothing any more', async () => {
    const server = await loopback.webSockets();
    loopback.every(1, () => server.peers.all.forEach(({ tcp }) => tcp.pause()));
    const script = `
      const client = create();
      client.on('ready', () => {
        for (let index = 0; index < 24; index += 1) client.sendMessage('x'.repeat(2 ** 20)).catch(() => undefined);
        setTimeout(() => { exitsFrom(); client.close(); }, 50);
      });
      client.start();
    `;
    expect(await shortestExit(script, server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while the handler holds the inbox up', async () => {
    const server = await loopback.datastream();
    server.faults.sendWithAccept('1');
    const script = closeOn('message', '{ messageHandler: () => new Promise(() => undefined), queueSize: 1 }');
    expect(await shortestExit(script, server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while waiting', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503 });
    const script = closeOn('waiting', '{ minReconnectDelay: 30_000, maxReconnectDelay: 30_000 }');
    expect(await shortestExit(script, server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('when a terminal error closed it', async () => {
    const server = await loopback.datastream({ apiKeys: [] });
    const script = `
      const client = create();
      client.on('error', () => undefined);
      client.on('closed', exitsFrom);
      client.start();
    `;
    expect(await shortestExit(script, server)).toBeLessThanOrEqual(EXIT_WITHIN);
  });
});

describe('keeps the process', () => {
  test('through a backoff, so that a service with nothing else to do does not end', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503, times: 2 });
    const script = `
      const client = create();
      client.on('ready', () => { tell('ready'); client.close(); });
      client.start();
    `;
    const child = loopback.child(script, server);
    await child.ended;
    expect(child.lines.all).toEqual(['ready']);
  });

  test('while it asks for a key', async () => {
    const server = await loopback.datastream();
    const script = `
      const apiKey = () => new Promise((resolve) => setTimeout(() => resolve('key-1'), 50).unref());
      const client = create({ apiKey });
      client.on('ready', () => { tell('ready'); client.close(); });
      client.start();
    `;
    const child = loopback.child(script, server);
    await child.ended;
    expect(child.lines.all).toEqual(['ready']);
  });
});

describe('with unref the process exits at once', () => {
  const QUIET = `logger: { debug() {}, info() {}, warn() {}, error() {} }`;
  const started = `const client = create({ unref: true, ${QUIET} }); client.start();`;

  test('while connecting', async () => {
    const server = await loopback.tcp();
    expect(await loopback.child(started, server).ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('while connecting to the second address of a host', async () => {
    const server = await loopback.tcp();
    // Nothing listens on the first; Node then tries the second with a handle of its own.
    const script = `
      const addresses = [{ address: '127.0.0.2', family: 4 }, { address: '127.0.0.1', family: 4 }];
      const lookup = (host, options, found) => found(null, addresses);
      const agent = new (require('node:http').Agent)({ lookup, autoSelectFamily: true });
      const client = create({ unref: true, agent, ${QUIET} });
      client.start();
      // Only what this timer waits for keeps the process until the second address has been tried.
      setTimeout(() => tell('waited'), 300);
    `;
    const url = server.url.replace('127.0.0.1', 'two.addresses.test');
    const child = loopback.child(script, { url });
    await server.peers.at(0);
    expect(await child.ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('while connecting with TLS', async () => {
    const server = await loopback.tcp();
    const secure = { url: server.url.replace('http', 'https') };
    expect(await loopback.child(started, secure).ended).toEqual({ code: 0, signal: null, stderr: '' });
  });

  test('while ready', async () => {
    const server = await loopback.datastream();
    const script = `
      const alive = setInterval(() => undefined, 1_000);
      ${started}
      client.on('ready', () => { clearInterval(alive); exitsFrom(); });
    `;
    expect(await loopback.child(script, server).exitDelay()).toBeLessThanOrEqual(EXIT_WITHIN);
  });

  test('while waiting', async () => {
    const server = await loopback.datastream();
    server.faults.refuseUpgrades({ status: 503, retryAfter: 60 });
    const script = `
      const alive = setInterval(() => undefined, 1_000);
      ${started}
      client.on('waiting', () => { clearInterval(alive); exitsFrom(); });
    `;
    expect(await loopback.child(script, server).exitDelay()).toBeLessThanOrEqual(EXIT_WITHIN);
  });
});
