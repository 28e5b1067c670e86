import fc from 'fast-check';
import type { DatastreamOptions } from '../src';
import { fakeClient } from './support/fake-client';
import { Marker } from './support/marker';

type Frame = string | Uint8Array;

const marker = new Marker();
afterEach(() => expect([marker.searched > 0, marker.leaks]).toEqual([true, []]));

/** A ready client whose server sends these frames, and then one that says that all is well. */
function receive(frames: Frame[], options: Partial<DatastreamOptions> = {}) {
  const world = fakeClient({ ...marker.options, ...options });
  marker.watch(world.client);
  world.connect();
  for (const frame of frames) world.platform.socket.deliver(frame);
  world.platform.socket.deliver('"alive"');
  return world;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What JSON.parse makes of it, or nothing. */
function parsed(frame: Frame): { value: unknown } | undefined {
  try {
    const text = typeof frame === 'string' ? frame : new TextDecoder('utf-8', { fatal: true }).decode(frame);
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const json = fc.oneof(
  fc.json({ maxDepth: 5 }),
  fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
  fc
    .dictionary(fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'then', 'toJSON'), fc.jsonValue())
    .map((value) => JSON.stringify(value)),
  fc.bigInt().map(String),
);

/** JSON that was cut, or in which something was put where it does not belong. */
const broken = fc
  .tuple(
    json,
    fc.nat(),
    fc.nat(20),
    fc.constantFrom('', '"', '\\', '\\u12', '\\ud800', '\u0000', '\ud800', '\ufeff', 'NaN', '}', ','),
  )
  .map(
    ([text, at, cut, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + cut),
  );

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  json,
  broken,
  fc.string({ unit: 'binary' }),
  json.map(bytes),
  broken.map(bytes),
  fc.uint8Array({ maxLength: 100 }),
);

test('whatever frames come, each is a message or one error, in order, and the connection stays', () => {
  const property = fc.property(fc.array(anyFrame, { maxLength: 8 }), (frames) => {
    const { client, messages, errors } = receive(frames);
    const values = frames.flatMap((frame) => parsed(frame) ?? []);
    expect(messages).toEqual([...values.map(({ value }) => value), 'alive']);
    expect(errors.map(({ code }) => code)).toEqual(Array(frames.length - values.length).fill('MALFORMED_MESSAGE'));
    expect([client.isReady(), client.stats().messages]).toEqual([true, frames.length + 1]);
  });
  fc.assert(property, { numRuns: 1_000 });
});

test('whatever an error says of a malformed frame, it does not show what is in it', () => {
  const property = fc.property(broken, fc.boolean(), (text, isBinary) => {
    const frame = `${text}"MARKER`;
    const { errors, platform } = receive([isBinary ? bytes(frame) : frame]);
    const shown = errors.map((error) =>
      [error.message, error.stack, String(error.cause), JSON.stringify(error)].join(),
    );
    expect([...shown, ...platform.reports].join()).not.toContain('MARKER');
  });
  fc.assert(property, { numRuns: 500 });
});

describe('a frame that means harm', () => {
  const builtIns = [Object.prototype, Array.prototype, Function.prototype, Promise.prototype, Error.prototype];
  const contents = () => builtIns.map((each) => JSON.stringify(Object.getOwnPropertyDescriptors(each)));

  test.each([
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"data":{"__proto__":{"polluted":true}},"__proto__":{"message_type":"full"}}',
    '[{"__proto__":[]},{"__proto__":null}]',
    '{"then":1,"toString":1,"valueOf":1,"toJSON":1,"hasOwnProperty":1}',
  ])('pollutes nothing, and reaches the handler as data: %s', (frame) => {
    const before = contents();
    const { messages } = receive([frame]);
    expect(contents()).toEqual(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(JSON.stringify(messages[0])).toBe(JSON.stringify(JSON.parse(frame)));
  });

  test.each([
    ['arrays', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['objects', '{"a":'.repeat(500_000) + '1' + '}'.repeat(500_000)],
    ['arrays that do not end', '['.repeat(1_000_000)],
    ['arrays in bytes', bytes('['.repeat(500_000) + ']'.repeat(500_000))],
  ])('nests %s deep, and is a message or an error', (_what, frame) => {
    const { client, messages, errors } = receive([frame]);
    expect([messages.length + errors.length, messages.at(-1), client.isReady()]).toEqual([2, 'alive', true]);
  });

  test.each([
    ['1e999', Infinity],
    ['-1e999', -Infinity],
    ['9'.repeat(400), Infinity],
    ['123456789012345678901234567890', 1.2345678901234568e29],
    [`0.${'0'.repeat(400)}1`, 0],
    ['-0', -0],
  ])('has a number that no number can hold: %s', (frame, value) => {
    expect(receive([frame]).messages).toEqual([value, 'alive']);
  });

  test.each(['"\\ud800"', '"\\udc00\\ud800"', '{"\\ud800":"\\udfff"}', '"\ud800"'])(
    'has half a character, and is data: %j',
    (frame) => {
      expect(receive([frame]).messages).toEqual([JSON.parse(frame), 'alive']);
    },
  );

  test.each<[string, Uint8Array]>([
    ['a byte that begins nothing', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a character that is cut', Uint8Array.of(0x22, 0xe2, 0x82)],
    ['an overlong slash', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ['a surrogate', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['a code point beyond the last', Uint8Array.of(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22)],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x31, 0x00)],
  ])('is no UTF-8, because of %s, and is one error', (_what, frame) => {
    const { codes, messages } = receive([frame]);
    expect([codes(), messages]).toEqual([['MALFORMED_MESSAGE'], ['alive']]);
  });
});

test.each([undefined, null, 0, '', 'text', Symbol('thrown'), { then: () => undefined }, Object.create(null)])(
  'a decoder, a handler and a listener that throw %p harm nobody',
  (thrown) => {
    let calls = 0;
    const fail = (): never => {
      calls++;
      throw thrown;
    };
    const world = receive(['1'], { decode: (data) => (data === '1' ? fail() : fail()) });
    expect([world.codes(), world.client.isReady()]).toEqual([['MALFORMED_MESSAGE', 'MALFORMED_MESSAGE'], true]);
    const other = fakeClient({ messageHandler: fail });
    other.client.on('message', fail);
    other.connect();
    other.platform.socket.deliver('1');
    expect([other.codes(), other.client.isReady(), calls]).toEqual([['HANDLER_FAILED', 'LISTENER_FAILED'], true, 4]);
  },
);
