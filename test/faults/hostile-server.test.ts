import { constants, deflateRawSync } from 'node:zlib';
import { recordFault } from '../support/fault-ledger';
import { flood } from '../support/flood';
import { frame, OPCODE } from '../support/frames';
import { LONG_DELAY, useLoopback } from '../support/loopback';
import { peakMemory } from '../support/memory';
import { switchingProtocols } from '../support/tcp-server';
import { journalOf, next } from '../support/watch';

const loopback = useLoopback();

const MEGABYTE = 2 ** 20;
/** A message may have 100 MB: its pieces, the whole that is made of them, and garbage that is not collected yet count. */
const BOUND = 400 * MEGABYTE;
const { text, binary, continuation, ping } = OPCODE;

/** Blocks of a deflate stream that each stand for a megabyte of zeros. */
function zeros(): Buffer {
  const block = deflateRawSync(Buffer.alloc(MEGABYTE), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat(Array.from({ length: 100 }, () => block));
}

const COMPRESSED = 4;
const bomb = (isFinal: boolean, opcode: number, reserved: number) =>
  frame({ opcode, payload: zeros(), isFinal, reserved });

const ENDLESS: [fault: string, first: Buffer, then: Buffer][] = [
  [
    'an endless message in large fragments',
    frame({ opcode: binary, isFinal: false }),
    frame({ opcode: continuation, payload: Buffer.alloc(64 * 1024), isFinal: false }),
  ],
  [
    'an endless message in fragments of a byte',
    frame({ opcode: text, payload: '1', isFinal: false }),
    Buffer.concat(Array.from({ length: 1_000 }, () => frame({ opcode: continuation, payload: '1', isFinal: false }))),
  ],
  [
    'an endless message in fragments of nothing',
    frame({ opcode: text, isFinal: false }),
    Buffer.concat(Array.from({ length: 1_000 }, () => frame({ opcode: continuation, isFinal: false }))),
  ],
  ['a compressed bomb', bomb(false, text, COMPRESSED), bomb(false, continuation, 0)],
  [
    'a compressed bomb in one frame that never ends',
    frame({ opcode: text, reserved: COMPRESSED, claimedLength: 90 * MEGABYTE }),
    zeros(),
  ],
  [
    'pings without an end, whose pongs nobody reads',
    Buffer.alloc(0),
    Buffer.concat(Array(1_000).fill(frame({ opcode: ping, payload: Buffer.alloc(125) })) as Buffer[]),
  ],
];

test.each(ENDLESS)(
  '%s ends the connection with one error and a bound on memory, and the next one works',
  async (fault, first, then) => {
    const server = await loopback.tcp();
    const client = loopback.client(server, { compression: true });
    const errors = journalOf(client, 'error');
    const messages = journalOf(client, 'message');
    client.start();
    const hostile = await server.peers.at(0);
    const accept = switchingProtocols(await hostile.request);
    hostile.socket.write(accept.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n'));
    hostile.socket.write(first);
    // The pongs that it never reads fill its side of TCP.
    hostile.socket.pause();
    const grown = await peakMemory(async () => {
      await Promise.race([flood(hostile.socket, then), errors.at(0)]);
    });
    hostile.socket.destroy();
    const friendly = await server.peers.at(1);
    await friendly.accept(frame({ opcode: text, payload: '"alive"' }));
    expect(await messages.at(0)).toBe('alive');
    expect(errors.all).toMatchObject([{ code: 'CONNECTION_CLOSED', retryable: true }]);
    expect(grown).toBeLessThan(BOUND);
    recordFault({ fault, injected: 1, survived: 1, sent: 1, lost: 0, outOfOrder: 0, duplicated: 0 });
  },
  60_000,
);

test('thirty thousand malformed messages cost no memory, and the message after them is handled', async () => {
  const server = await loopback.tcp();
  const client = loopback.client(server, LONG_DELAY);
  const message = next(client, 'message');
  let malformed = 0;
  client.on('error', ({ code }) => code === 'MALFORMED_MESSAGE' && malformed++);
  // A reader that does not read keeps a hundred.
  client.errors();
  client.start();
  const peer = await server.peers.at(0);
  await peer.accept();
  const garbage = Buffer.concat(
    Array(1_000).fill(frame({ opcode: text, payload: `{"key":"${'x'.repeat(500)}` })) as Buffer[],
  );
  const grown = await peakMemory(async () => {
    for (let round = 0; round < 30; round++) {
      if (!peer.socket.write(garbage)) await new Promise((resolve) => peer.socket.once('drain', resolve));
    }
    peer.socket.write(frame({ opcode: text, payload: '"alive"' }));
    await message;
  });
  expect([await message, malformed, client.stats().attempts]).toEqual(['alive', 30_000, 1]);
  expect(grown).toBeLessThan(BOUND);
  recordFault({
    fault: 'malformed messages',
    injected: malformed,
    survived: malformed,
    sent: 1,
    lost: 0,
    outOfOrder: 0,
    duplicated: 0,
  });
}, 60_000);
