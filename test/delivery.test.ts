import { MalformedMessageError, type DatastreamError } from '../src';
import { Delivery } from '../src/delivery';
import type { DeliverySettings } from '../src/settings';

function deliveryWith(settings: Partial<DeliverySettings<string>> = {}) {
  const failures: DatastreamError[] = [];
  const delivered: string[] = [];
  const delivery = new Delivery<string>(
    { messageHandler: () => undefined, queueSize: 10, decode: String, ...settings },
    {
      delivered: (message) => delivered.push(message),
      failed: (error) => failures.push(error),
      filled: () => undefined,
      drained: () => undefined,
    },
  );
  return { delivery, failures, delivered };
}

const cause = new Error('no');
const fail = () => {
  throw cause;
};

test('counts what arrives, in messages and in bytes as the platform counts them', () => {
  const { delivery } = deliveryWith();
  delivery.receive('ü', 2);
  delivery.receive(new Uint8Array(4), 5);
  expect(delivery).toMatchObject({ messages: 2, bytes: 7 });
});

test('tells of each message, and how the frame came, once the handler has had it', () => {
  const seen: unknown[] = [];
  const { delivery, delivered } = deliveryWith({
    messageHandler: (message, { type }) => void seen.push([message, type, [...delivered]]),
  });
  delivery.receive('a', 1);
  delivery.receive(new Uint8Array([1]), 1);
  expect([seen, delivered]).toEqual([
    [
      ['a', 'text', []],
      ['1', 'binary', ['a']],
    ],
    ['a', '1'],
  ]);
});

test('tells of no message whose handler ended the run', () => {
  const { delivery, delivered } = deliveryWith({ messageHandler: () => delivery.end() });
  delivery.receive('a', 1);
  expect(delivered).toEqual([]);
});

test('calls no handler once the decoder has ended the run', () => {
  const handled: string[] = [];
  const { delivery } = deliveryWith({
    decode: (frame) => {
      delivery.end();
      return String(frame);
    },
    messageHandler: (message) => handled.push(message),
  });
  delivery.receive('a', 1);
  expect(handled).toEqual([]);
});

test('counts what it discards at the end of a run', () => {
  const { delivery } = deliveryWith({ messageHandler: () => new Promise(() => undefined) });
  for (const frame of ['handled', 'waits', 'waits']) delivery.receive(frame, 1);
  delivery.end();
  expect([delivery.discarded, delivery.queueDepth]).toEqual([2, 0]);
});

test('delivers to a new run after the end of the last', () => {
  const signals: unknown[] = [];
  const { delivery, delivered } = deliveryWith({ messageHandler: (_, { signal }) => signals.push(signal.aborted) });
  delivery.end();
  delivery.receive('a', 1);
  expect([signals, delivered]).toEqual([[false], ['a']]);
});

test.each([
  ['throws', fail],
  ['rejects', () => Promise.reject(cause)],
])('a handler that %s is told as an error after which the client goes on', async (_, messageHandler) => {
  const { delivery, failures } = deliveryWith({ messageHandler });
  delivery.receive('a', 1);
  await Promise.resolve();
  expect(failures).toMatchObject([
    { code: 'HANDLER_FAILED', message: 'The messageHandler failed', cause, retryable: true },
  ]);
});

test.each([
  ['throws', fail],
  ['rejects', () => Promise.reject(cause)],
])('a handler that ends the run and then %s has not failed', async (_, end) => {
  const { delivery, failures } = deliveryWith({
    messageHandler: () => {
      delivery.end();
      return end();
    },
  });
  delivery.receive('a', 1);
  await Promise.resolve();
  expect(failures).toEqual([]);
});

test('a decoder that throws is told as an error that has the frame, and after which the client goes on', () => {
  const { delivery, failures } = deliveryWith({ decode: fail });
  delivery.receive('frame', 1);
  expect(failures).toMatchObject([
    {
      name: 'MalformedMessageError',
      message: 'Option "decode" threw on a frame of 5',
      data: 'frame',
      cause,
      retryable: true,
    },
  ]);
});

test('a decoder that throws a MalformedMessageError has said all itself', () => {
  const error = new MalformedMessageError('not ours', 'frame');
  const { delivery, failures } = deliveryWith({
    decode: () => {
      throw error;
    },
  });
  delivery.receive('frame', 1);
  expect(failures[0]).toBe(error);
  expect(error.retryable).toBe(true);
});
