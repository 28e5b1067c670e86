import fc from 'fast-check';
import { closeFrame, frame, OPCODE, type Frame } from '../support/frames';
import { useLoopback } from '../support/loopback';
import { journalOf } from '../support/watch';

const loopback = useLoopback();

const { text, binary, continuation, close, ping, pong } = OPCODE;
const ALIVE = frame({ opcode: text, payload: '"alive"' });
const CONTROL_CHARACTERS = '\r\n\u001b[31mdatastream: forged\u0000\u0085\u2028';

/** A client that meets a server which writes these bytes on its first connection, and is itself again on the second. */
async function meet(bytes: Buffer[]) {
  const server = await loopback.tcp();
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const client = loopback.client(server, {
    logger: { debug: log, info: log, warn: log, error: log },
    // What ends clients elsewhere, such as 4001, is retried here, so that each story ends alike.
    shouldReconnect: () => true,
  });
  const errors = journalOf(client, 'error');
  const messages = journalOf(client, 'message');
  client.start();
  const hostile = await server.peers.at(0);
  await hostile.accept(...bytes);
  /** The first connection is over; the next one works. */
  const recover = async () => {
    const friendly = await server.peers.at(1);
    await friendly.accept(ALIVE);
    // All that comes from this client is its close frame.
    friendly.socket.once('data', () => friendly.socket.end());
    await messages.find((message) => message === 'alive');
    return { errors: errors.all, messages: messages.all, lines, state: client.state.status };
  };
  return { client, hostile, errors, messages, lines, recover };
}

const BAD_FRAMES: [string, Frame[]][] = [
  ['a masked text frame', [{ opcode: text, payload: '1', isMasked: true }]],
  ['a masked ping', [{ opcode: ping, isMasked: true }]],
  ...[1, 2, 3, 4, 5, 6, 7].map((reserved): [string, Frame[]] => [
    `reserved bits ${reserved.toString(2)}`,
    [{ opcode: text, payload: '1', reserved }],
  ]),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Frame[]] => [`opcode ${opcode}`, [{ opcode }]]),
  ...[close, ping, pong].flatMap((opcode): [string, Frame[]][] => [
    [`a control frame (${opcode}) of 126 bytes`, [{ opcode, payload: Buffer.alloc(126) }]],
    [`a control frame (${opcode}) in fragments`, [{ opcode, isFinal: false }]],
    [`a control frame (${opcode}) with a reserved bit`, [{ opcode, reserved: 4 }]],
  ]),
  ['a continuation of nothing', [{ opcode: continuation, payload: '1' }]],
  [
    'a message in the middle of another',
    [
      { opcode: text, payload: '"', isFinal: false },
      { opcode: text, payload: '1' },
    ],
  ],
  ['text that is not UTF-8', [{ opcode: text, payload: Buffer.from([0x22, 0xff, 0x22]) }]],
  ['a surrogate in text', [{ opcode: text, payload: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]) }]],
  ['a length of 2^63', [{ opcode: text, claimedLength: 2n ** 63n }]],
  ['a length of 2^53', [{ opcode: binary, claimedLength: 2n ** 53n }]],
  ['a length of more than 100 MB', [{ opcode: text, claimedLength: 100 * 2 ** 20 + 1 }]],
  ['a close frame of one byte', [{ opcode: close, payload: Buffer.from([3]) }]],
  ['a close reason that is not UTF-8', [{ opcode: close, payload: Buffer.from([3, 0xe8, 0xff]) }]],
];

test.each(BAD_FRAMES)('%s ends the connection with one error, and the next one works', async (_what, frames) => {
  const { recover } = await meet(frames.map(frame));
  const { errors, messages, state } = await recover();
  expect(errors).toMatchObject([{ code: 'CONNECTION_CLOSED', retryable: true }]);
  expect([messages, state]).toEqual([['alive'], 'ready']);
});

test.each([0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
  'close code %d, which nobody may send, is a connection that broke',
  async (code) => {
    const { recover } = await meet([closeFrame(code, 'over')]);
    expect((await recover()).errors).toMatchObject([{ code: 'CONNECTION_CLOSED', closeCode: 1006 }]);
  },
);

test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4002, 4999])(
  'close code %d is in the error, and the client reconnects',
  async (code) => {
    const { recover } = await meet([closeFrame(code, 'over')]);
    expect((await recover()).errors).toMatchObject([{ code: 'CONNECTION_CLOSED', closeCode: code, reason: 'over' }]);
  },
);

test('a close without a code is one', async () => {
  const { recover } = await meet([frame({ opcode: close })]);
  expect((await recover()).errors).toMatchObject([{ code: 'CONNECTION_CLOSED', closeCode: 1005 }]);
});

test('what follows a close frame is not delivered', async () => {
  const { recover } = await meet([closeFrame(1012), frame({ opcode: text, payload: '"late"' })]);
  expect((await recover()).messages).toEqual(['alive']);
});

// eslint-disable-next-line no-control-regex -- control characters are what this is about
const RAW = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

test('control characters of a close reason are in no line of the log and in no message of an error', async () => {
  const { recover } = await meet([closeFrame(4002, CONTROL_CHARACTERS)]);
  const { lines, errors } = await recover();
  const told = [...lines, ...errors.map(({ message }) => message)];
  expect(told.filter((line) => RAW.test(line))).toEqual([]);
  expect(told.join()).toContain('datastream: forged');
});

test('every right way to send a message in pieces, with pings between them, gives one message', async () => {
  const { messages } = await meet(
    [
      { opcode: text, payload: '{"a"', isFinal: false },
      { opcode: ping, payload: Buffer.alloc(125) },
      { opcode: continuation, isFinal: false },
      { opcode: pong, payload: 'nobody asked' },
      { opcode: continuation, payload: ':"\u00fc"}' },
    ].map(frame),
  );
  expect(await messages.at(0)).toEqual({ a: '\u00fc' });
});

test('a pong that nobody asked for says nothing about the round trip', async () => {
  const { client, messages } = await meet([frame({ opcode: pong, payload: 'x' }), ALIVE]);
  await messages.at(0);
  expect(client.stats().roundTripTime).toBeUndefined();
});

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((json) => Buffer.from(json)),
  fc.integer({ min: 0, max: 65_535 }).map((code) => Buffer.from([code >> 8, code & 0xff])),
);
const anyFrame: fc.Arbitrary<Frame> = fc.record(
  {
    opcode: fc.oneof(fc.integer({ min: 0, max: 15 }), fc.constantFrom(...Object.values(OPCODE))),
    payload,
    isFinal: fc.oneof(fc.constant(true), fc.boolean()),
    reserved: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 7 })),
    isMasked: fc.boolean(),
    claimedLength: fc.oneof(fc.nat(200), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  },
  { requiredKeys: ['opcode', 'payload'] },
);
const anyBytes = fc.oneof(
  fc.array(anyFrame, { maxLength: 6 }).map((frames) => Buffer.concat(frames.map(frame))),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

test('whatever bytes a server writes, there is one typed error for its connection, and the next one works', async () => {
  const property = fc.asyncProperty(anyBytes, async (bytes) => {
    const { hostile, recover } = await meet([bytes]);
    hostile.socket.end();
    const { errors, lines } = await recover();
    const losses = errors.filter(({ code }) => code !== 'MALFORMED_MESSAGE');
    expect(losses.map(({ code }) => code)).toEqual([expect.stringMatching(/CONNECTION_CLOSED|UNAUTHORIZED/)]);
    expect([...lines, ...errors.map(({ message }) => message)].filter((line) => RAW.test(line))).toEqual([]);
    await loopback.close();
  });
  await fc.assert(property, { numRuns: 200 });
}, 60_000);
