import fc from 'fast-check';
import { flood } from '../support/flood';
import { frame, OPCODE } from '../support/frames';
import { LONG_DELAY, useLoopback } from '../support/loopback';
import { peakMemory } from '../support/memory';
import { switchingProtocols, type TcpPeer } from '../support/tcp-server';
import { journalOf, next } from '../support/watch';

const loopback = useLoopback();

const MEGABYTE = 2 ** 20;
const ALIVE = frame({ opcode: OPCODE.text, payload: '"alive"' });
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const RAW = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** A client that dials once and then waits, and the peer that it met. */
async function dial(options: { connectTimeout?: number; compression?: boolean } = {}) {
  const server = await loopback.tcp();
  const client = loopback.client(server, { ...LONG_DELAY, ...options });
  const errors = journalOf(client, 'error');
  const waiting = next(client, 'waiting');
  client.start();
  const peer = await server.peers.at(0);
  await peer.request;
  return { client, peer, errors, waiting };
}

describe('a server that never ends', () => {
  test.each<[string, string, string]>([
    ['its headers', 'HTTP/1.1 101 Switching Protocols\r\n', `X-More: ${'x'.repeat(1_000)}\r\n`],
    ['one header', 'HTTP/1.1 101 Switching Protocols\r\nX-More: ', 'x'.repeat(1_000)],
    ['its status line', 'HTTP/1.1 101 ', 'x'.repeat(1_000)],
  ])('%s is given up at once, with little taken from it', async (_what, head, more) => {
    const { peer, waiting, errors } = await dial();
    peer.socket.write(head);
    const written = await flood(peer.socket, Buffer.from(more));
    expect((await waiting).error).toMatchObject({ code: 'CONNECT_FAILED', retryable: true });
    expect(errors.length).toBe(1);
    // What lies in the buffers of TCP on both sides is not the client's.
    expect(written).toBeLessThan(16 * MEGABYTE);
  });

  test('the body of its refusal is not listened to', async () => {
    const { peer, waiting } = await dial();
    peer.socket.write('HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n');
    const written = await flood(peer.socket, Buffer.from(`3e8\r\n${'x'.repeat(1_000)}\r\n`));
    expect((await waiting).error).toMatchObject({ code: 'UPGRADE_REFUSED', httpStatus: 503 });
    expect(written).toBeLessThan(16 * MEGABYTE);
  });

  test.each<[string, string]>([
    ['its headers, a byte at a time,', 'x'],
    ['to say "continue"', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('%s is given up after connectTimeout', async (_what, more) => {
    const { peer, waiting } = await dial({ connectTimeout: 100 });
    peer.socket.write(more === 'x' ? 'HTTP/1.1 101 Switching Protocols\r\nX-More: ' : more);
    loopback.every(5, () => peer.socket.write(more));
    expect((await waiting).error).toMatchObject({ code: 'CONNECT_TIMEOUT', retryable: true });
    await expect(peer.closed).resolves.toBeUndefined();
  });

  test('to say "continue", as fast as it can, is given up after connectTimeout, with little memory taken', async () => {
    const { peer, waiting } = await dial({ connectTimeout: 300 });
    const grown = await peakMemory(() => flood(peer.socket, Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100))));
    expect((await waiting).error).toMatchObject({ code: 'CONNECT_TIMEOUT' });
    expect(grown).toBeLessThan(64 * MEGABYTE);
  });
});

test.each([
  'permessage-deflate; server_max_window_bits=99',
  'permessage-deflate; nonsense',
  'permessage-deflate; server_max_window_bits=8; server_max_window_bits=8',
  ';;;',
  'x-other',
])('a server that agrees to the extension "%s" is a failed attempt', async (extension) => {
  const { peer, waiting } = await dial({ compression: true });
  const answer = switchingProtocols(await peer.request);
  peer.socket.write(answer.replace('\r\n\r\n', `\r\nSec-WebSocket-Extensions: ${extension}\r\n\r\n`));
  expect((await waiting).error).toMatchObject({ code: 'CONNECT_FAILED', retryable: true });
});

const line = fc.oneof(
  fc.constantFrom('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', ''),
  fc.constantFrom('Sec-WebSocket-Accept: x', 'Content-Length: 99999999999', 'Transfer-Encoding: chunked', ' folded'),
  fc.constantFrom(
    'Retry-After: 9'.padEnd(400, '9'),
    'Retry-After: \u001b[31m',
    'Location: http://\u0000',
    'Set-Cookie: a',
  ),
  fc.integer({ min: -1, max: 1_000 }).map((status) => `HTTP/1.1 ${status} \u001b[31mforged`),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const answer = fc.oneof(
  fc.array(line, { maxLength: 6 }).map((lines) => Buffer.from(lines.join('\r\n') + '\r\n\r\n')),
  fc
    .tuple(fc.integer({ min: 100, max: 599 }), fc.array(line, { maxLength: 4 }))
    .map(([status, lines]) => Buffer.from([`HTTP/1.1 ${status} X`, ...lines, '', 'body'].join('\r\n'))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

/** The first dial is answered with these bytes and the end of TCP, the second as it should be. */
async function answerWith(bytes: Buffer) {
  const server = await loopback.tcp();
  const lines: string[] = [];
  const log = (text: string) => void lines.push(text);
  const client = loopback.client(server, {
    logger: { debug: log, info: log, warn: log, error: log },
    // A Retry-After would be waited for.
    shouldReconnect: () => {
      setImmediate(() => client.reconnect());
      return true;
    },
  });
  const errors = journalOf(client, 'error');
  const messages = journalOf(client, 'message');
  client.start();
  const hostile: TcpPeer = await server.peers.at(0);
  await hostile.request;
  hostile.socket.end(bytes);
  const friendly = await server.peers.at(1);
  await friendly.accept(ALIVE);
  friendly.socket.once('data', () => friendly.socket.end());
  await messages.at(0);
  return { errors: errors.all, lines };
}

test('whatever bytes answer an upgrade, there is one typed error for that attempt, and the next one works', async () => {
  const property = fc.asyncProperty(answer, async (bytes) => {
    const { errors, lines } = await answerWith(bytes);
    expect(errors.map(({ code }) => code)).toEqual([
      expect.stringMatching(/^(CONNECT_FAILED|UPGRADE_REFUSED|UNAUTHORIZED)$/),
    ]);
    expect([...lines, ...errors.map(({ message }) => message)].filter((text) => RAW.test(text))).toEqual([]);
    await loopback.close();
  });
  await fc.assert(property, { numRuns: 200 });
}, 60_000);
