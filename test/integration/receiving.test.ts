import type { DatastreamOptions, FrameData } from '../../src';
import { Journal } from '../support/journal';
import { useLoopback } from '../support/loopback';
import { textFrame } from '../support/tcp-server';
import { deferred, journalOf, next, turn } from '../support/watch';

const loopback = useLoopback();

const MALFORMED: [string, FrameData][] = [
  ['truncated JSON', '{"data":{"id":"co_1'],
  ['plain text', 'hello'],
  ['an empty text frame', ''],
  ['an empty binary frame', new Uint8Array()],
  ['bytes that are no UTF-8', Uint8Array.of(0xff, 0xfe, 0x00)],
  ['binary that is no JSON', new TextEncoder().encode('{"data"')],
];

/** A ready client of a bare server, the other end of its socket, and what its handler got. */
async function connected(options: Partial<DatastreamOptions<unknown>> = {}) {
  const server = await loopback.webSockets();
  const received = new Journal<unknown>();
  const client = await loopback.readyClient(server, { messageHandler: received.add, ...options });
  const errors = journalOf(client, 'error');
  const { socket } = await server.peers.at(0);
  return { server, client, received, errors, socket };
}

describe('frames in the same TCP segment as the answer to the upgrade', () => {
  async function inOneSegment(frames: string[], work?: () => Promise<void>) {
    const server = await loopback.tcp();
    const received = new Journal<unknown>();
    const messageHandler = work
      ? (message: unknown) => work().then(() => received.add(message))
      : (message: unknown) => received.add(message);
    loopback.client(server, { messageHandler }).start();
    await (await server.peers.at(0)).accept(...frames.map(textFrame));
    return received.first(frames.length);
  }

  test('are all delivered, in order', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    expect(await inOneSegment(numbers.map(String))).toEqual(numbers);
  });

  test('are all delivered to an async handler, in order', async () => {
    expect(await inOneSegment(['1', '2', '3'], turn)).toEqual([1, 2, 3]);
  });

  test('deliver both the full and the partial of one company', async () => {
    const full = { entity_type: 'rulesengine.Company', message_type: 'full', data: { id: 'co_1', plan_ids: [] } };
    const partial = { ...full, message_type: 'partial', entity_id: 'co_1', data: { plan_ids: ['p'] } };
    expect(await inOneSegment([JSON.stringify(full), JSON.stringify(partial)])).toEqual([full, partial]);
  });
});

describe('10 000 messages', () => {
  const COUNT = 10_000;
  const NUMBERS = Array.from({ length: COUNT }, (_, index) => index);

  test.each([
    ['a handler that returns nothing', undefined, undefined],
    ['an async handler', () => Promise.resolve(), undefined],
    ['a handler that takes turns of the event loop', turn, 100],
    ['an async handler and a queue of one', () => Promise.resolve(), 1],
  ])('reach %s without a loss and in order', async (_handler, work, queueSize) => {
    const handled = new Journal<unknown>();
    const { socket } = await connected({
      messageHandler: async (message) => {
        await work?.();
        handled.add(message);
      },
      queueSize,
    });
    for (const number of NUMBERS) socket.send(String(number));
    await handled.until(() => handled.length >= COUNT);
    expect(handled.all).toEqual(NUMBERS);
  });

  test('reach the handler one at a time', async () => {
    let running = 0;
    let most = 0;
    let handled = 0;
    const done = deferred();
    const { socket } = await connected({
      messageHandler: async () => {
        most = Math.max(most, (running += 1));
        await Promise.resolve();
        running -= 1;
        if ((handled += 1) === COUNT) done.resolve();
      },
    });
    for (const number of NUMBERS) socket.send(String(number));
    await done.promise;
    expect(most).toBe(1);
  });

  test('are counted', async () => {
    const { client, received, socket } = await connected();
    for (const number of NUMBERS) socket.send(String(number));
    await received.at(COUNT - 1);
    expect(client.stats()).toMatchObject({ messages: COUNT, bytes: NUMBERS.join('').length, queueDepth: 0 });
  });
});

describe('a handler that falls behind', () => {
  const MESSAGE = JSON.stringify('x'.repeat(64 * 1_024));
  // 32 MB, which is more than the kernel buffers on both ends of a loopback connection hold.
  const COUNT = 512;

  async function fallenBehind() {
    const server = await loopback.webSockets();
    const hold = deferred();
    const handled = new Journal<unknown>();
    const client = await loopback.readyClient(server, {
      messageHandler: async (message) => {
        await hold.promise;
        handled.add(message);
      },
      queueSize: 4,
      pingInterval: 50,
    });
    const peer = await server.peers.at(0);
    for (let index = 0; index < COUNT; index += 1) peer.socket.send(MESSAGE);
    // Pings go on while nothing is read, so they show that time has passed.
    await peer.pings.at(3);
    return { client, peer, handled, release: () => hold.resolve() };
  }

  test('makes the server unable to send, by TCP backpressure', async () => {
    const { peer } = await fallenBehind();
    const before = peer.socket.bufferedAmount;
    await peer.pings.at(6);
    // Not one byte has left: what the server answers to pings only adds to it.
    expect(before).toBeGreaterThan(MESSAGE.length);
    expect(peer.socket.bufferedAmount).toBeGreaterThanOrEqual(before);
  });

  test('does not fill the memory of the client', async () => {
    const { client } = await fallenBehind();
    expect(client.stats().queueDepth).toBeLessThan(10);
  });

  test('gets everything once it goes on', async () => {
    const { handled, release } = await fallenBehind();
    release();
    await handled.at(COUNT - 1);
    expect(handled.length).toBe(COUNT);
  });

  test('does not keep the connection from sending', async () => {
    const { client, peer } = await fallenBehind();
    await client.sendMessage('still here');
    expect(await peer.frames.at(0)).toBe('"still here"');
  });
});

test('becomes ready though a backlog comes ahead of the answer that the ready handler awaits', async () => {
  const server = await loopback.webSockets();
  const answer = deferred();
  const client = loopback.client(server, {
    queueSize: 10,
    messageHandler: async (message) => {
      await turn();
      if (message === 'flags') answer.resolve();
    },
    connectionReadyHandler: async () => {
      await client.sendMessage('flags, please');
      await answer.promise;
    },
  });
  client.start();
  const peer = await server.peers.at(0);
  await peer.frames.at(0);
  for (let index = 0; index < 3_000; index += 1) peer.socket.send(String(index));
  peer.socket.send('"flags"');
  await expect(client.ready()).resolves.toBeUndefined();
});

describe.each(MALFORMED)('%s', (_kind, frame) => {
  test('gives one error that says that the client goes on', async () => {
    const { errors, socket } = await connected();
    socket.send(frame);
    expect(await errors.at(0)).toMatchObject({ code: 'MALFORMED_MESSAGE', retryable: true });
  });

  test('can be had from the error', async () => {
    const { errors, socket } = await connected();
    socket.send(frame);
    const error = await errors.at(0);
    expect('data' in error && error.data).toEqual(typeof frame === 'string' ? frame : Buffer.from(frame));
  });

  test('leaves the connection and the messages after it alone', async () => {
    const { client, received, errors, socket } = await connected();
    socket.send(frame);
    socket.send('"next"');
    await received.at(0);
    expect([received.all, errors.length, client.stats().attempts]).toEqual([['next'], 1, 1]);
  });
});

describe('the handler gets', () => {
  test.each([null, 0, false, '', 'text', [], [1, 2], {}])('the valid JSON %j', async (value) => {
    const { received, socket } = await connected();
    socket.send(JSON.stringify(value));
    expect(await received.at(0)).toEqual(value);
  });

  test('unknown fields and types as they came', async () => {
    const message = { entity_type: 'rulesengine.New', message_type: 'upsert', stream_id: '1-0', extra: { a: [1] } };
    const { received, socket } = await connected();
    socket.send(JSON.stringify(message));
    expect(await received.at(0)).toEqual(message);
  });

  test('the JSON of a binary frame', async () => {
    const { received, socket } = await connected();
    socket.send(Buffer.from('{"name":"Zoë"}'));
    expect(await received.at(0)).toEqual({ name: 'Zoë' });
  });

  test('how the frame arrived', async () => {
    const types = new Journal<string>();
    const { socket } = await connected({ messageHandler: (_message, { type }) => types.add(type) });
    socket.send('1');
    socket.send(Buffer.from('2'));
    expect(await types.first(2)).toEqual(['text', 'binary']);
  });

  test('a message that came in several fragments once and whole', async () => {
    const { received, socket } = await connected();
    socket.send('{"half":', { fin: false });
    socket.send('1}', { fin: true });
    socket.send('"next"');
    expect(await received.first(2)).toEqual([{ half: 1 }, 'next']);
  });

  test('a message of 5 MB', async () => {
    const { received, socket } = await connected();
    const big = 'x'.repeat(5 * 1_024 * 1_024);
    socket.send(JSON.stringify(big));
    expect(await received.at(0)).toBe(big);
  });

  test('what the decoder of the user makes of a frame', async () => {
    const { received, socket } = await connected({ decode: (data, type) => `${type}:${data.length}` });
    socket.send('four');
    socket.send(Buffer.alloc(3));
    expect(await received.first(2)).toEqual(['text:4', 'binary:3']);
  });

  test('a message before the listeners of "message" do', async () => {
    const heard = new Journal<string>();
    const { client, socket } = await connected({ messageHandler: () => heard.add('handler') });
    client.on('message', () => heard.add('listener'));
    socket.send('1');
    expect(await heard.first(2)).toEqual(['handler', 'listener']);
  });
});

describe('a handler that fails', () => {
  test.each<[string, () => void | Promise<void>]>([
    [
      'by throwing',
      () => {
        throw new Error('boom');
      },
    ],
    ['by rejecting', () => Promise.reject(new Error('boom'))],
    [
      'by throwing what is no error',
      () => {
        throw undefined as unknown as Error;
      },
    ],
  ])('%s gives an error with the cause, and the next message is handled', async (_how, fail) => {
    const received = new Journal<unknown>();
    const { client, errors, socket } = await connected({
      messageHandler: (message) => {
        received.add(message);
        return message === 'bad' ? fail() : undefined;
      },
    });
    socket.send('"bad"');
    socket.send('"good"');
    await received.at(1);
    expect([errors.all.map(({ code, retryable }) => [code, retryable]), client.stats().attempts]).toEqual([
      [['HANDLER_FAILED', true]],
      1,
    ]);
  });

  test('names its error as the cause', async () => {
    const cause = new Error('boom');
    const { errors, socket } = await connected({ messageHandler: () => Promise.reject(cause) });
    socket.send('1');
    expect((await errors.at(0)).cause).toBe(cause);
  });

  test('as a decoder gives MALFORMED_MESSAGE, and the connection stays', async () => {
    const { client, received, errors, socket } = await connected({
      decode: (data) => {
        if (data === 'bad') throw new Error('cannot read');
        return data;
      },
    });
    socket.send('bad');
    socket.send('good');
    await received.at(0);
    expect([errors.all.map(({ code }) => code), received.all, client.stats().attempts]).toEqual([
      ['MALFORMED_MESSAGE'],
      ['good'],
      1,
    ]);
  });
});

describe('a listener that fails', () => {
  test.each<[string, () => unknown]>([
    [
      'by throwing',
      () => {
        throw new Error('boom');
      },
    ],
    ['by rejecting', () => Promise.reject(new Error('boom'))],
  ])('%s does not keep the others from hearing', async (_how, fail) => {
    const { client, socket } = await connected();
    client.on('message', fail);
    const heard = next(client, 'message');
    socket.send('1');
    expect(await heard).toBe(1);
  });

  test.each<[string, () => unknown]>([
    [
      'by throwing',
      () => {
        throw new Error('boom');
      },
    ],
    ['by rejecting', () => Promise.reject(new Error('boom'))],
  ])('%s gives LISTENER_FAILED', async (_how, fail) => {
    const { client, errors, socket } = await connected();
    client.on('message', fail);
    socket.send('1');
    expect(await errors.at(0)).toMatchObject({ code: 'LISTENER_FAILED', retryable: true });
  });

  test('does not harm the connection', async () => {
    const { client, received, socket } = await connected();
    for (const type of ['message', 'error', 'state'] as const) {
      client.on(type, () => {
        throw new Error('boom');
      });
    }
    socket.send('malformed');
    socket.send('1');
    expect([await received.at(0), client.state.status]).toEqual([1, 'ready']);
  });
});

describe('a lost connection', () => {
  test('has its messages handled ahead of those of the next one', async () => {
    const handled = new Journal<unknown>();
    const { server, socket } = await connected({
      messageHandler: async (message) => {
        await turn();
        handled.add(message);
      },
    });
    for (let index = 0; index < 100; index += 1) socket.send(String(index));
    socket.close(1001);
    (await server.peers.at(1)).socket.send('"next"');
    await handled.at(100);
    expect(handled.all).toEqual([...Array.from({ length: 100 }, (_, index) => index), 'next']);
  });
});

describe('close()', () => {
  test('during a burst is followed by no message', async () => {
    let closed = false;
    let late = 0;
    const started = deferred();
    const { client, socket } = await connected({
      messageHandler: async () => {
        started.resolve();
        if (closed) late += 1;
        await Promise.resolve();
      },
    });
    client.on('message', () => {
      if (closed) late += 1;
    });
    for (let index = 0; index < 30_000; index += 1) socket.send(String(index));
    await started.promise;
    const closing = client.close();
    closed = true;
    await closing;
    await turn();
    expect(late).toBe(0);
  });

  test('inside the handler is followed by no message', async () => {
    const handled = new Journal<unknown>();
    const { client, socket } = await connected({
      messageHandler: (message) => {
        handled.add(message);
        if (message === 2) void client.close();
      },
    });
    const ended = new Promise((resolve) => socket.once('close', resolve));
    for (let index = 0; index < 10; index += 1) socket.send(String(index));
    await ended;
    expect(handled.all).toEqual([0, 1, 2]);
  });

  test('counts what it discards', async () => {
    const { client, socket } = await connected({ messageHandler: () => new Promise(() => undefined) });
    for (let index = 0; index < 10; index += 1) socket.send(String(index));
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    socket.ping();
    await pong;
    await client.close();
    expect(client.stats()).toMatchObject({ messages: 10, discarded: 9, queueDepth: 0 });
  });

  test('aborts the signal of a handler that still runs', async () => {
    const signals = new Journal<AbortSignal>();
    const { client, socket } = await connected({
      messageHandler: (_message, { signal }) => {
        signals.add(signal);
        return new Promise(() => undefined);
      },
    });
    socket.send('1');
    const signal = await signals.at(0);
    await client.close();
    expect(signal.aborted).toBe(true);
  });

  test('leaves nothing over for the next start()', async () => {
    const handled = new Journal<unknown>();
    const hold = deferred();
    const { server, client, socket } = await connected({
      messageHandler: async (message) => {
        handled.add(message);
        if (message === 0) await hold.promise;
      },
    });
    for (let index = 0; index < 10; index += 1) socket.send(String(index));
    await handled.at(0);
    await client.close();
    client.start();
    hold.resolve();
    (await server.peers.at(1)).socket.send('"next"');
    await handled.at(1);
    expect(handled.all).toEqual([0, 'next']);
  });
});
