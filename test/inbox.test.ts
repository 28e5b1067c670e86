import fc from 'fast-check';
import { MalformedMessageError, type DatastreamError, type MessageContext } from '../src';
import { inbox as createInbox } from '../src/inbox';
import { decodeJson } from '../src/messages';
import type { DeliverySettings } from '../src/settings';
import { settled } from './support/fake-client';

/** An inbox, and all that it tells. */
function inboxWith(settings: Partial<DeliverySettings<string>> = {}) {
  const failures: DatastreamError[] = [];
  const delivered: string[] = [];
  const filled: number[] = [];
  let drained = 0;
  const counts = { messages: 0, bytes: 0, discarded: 0 };
  const inbox = createInbox<string>(
    { messageHandler: () => undefined, queueSize: 10, decode: String, ...settings },
    counts,
    {
      delivered: (message) => delivered.push(message),
      failed: (error) => failures.push(error),
      filled: (waiting) => void filled.push(waiting),
      drained: () => drained++,
    },
  );
  return { inbox, counts, failures, delivered, filled, drained: () => drained };
}

/** An inbox whose handler is done when the test says so. */
function inboxOf(queueSize: number, isAsync = true) {
  const handled: number[] = [];
  const done: (() => void)[] = [];
  const { inbox, counts, filled, drained } = inboxWith({
    queueSize,
    messageHandler: (item) => {
      handled.push(Number(item));
      return isAsync ? new Promise<void>((resolve) => done.push(resolve)) : undefined;
    },
  });
  const push = (item: number) => inbox.receive(String(item), 1);
  const finish = async () => {
    done.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { inbox, counts, push, handled, filled, drained, finish };
}

test('handles an item in the same turn when nothing is ahead of it', () => {
  const { push, handled } = inboxOf(10, false);
  push(1);
  push(2);
  expect(handled).toEqual([1, 2]);
});

test('handles the next item only when the last is done', async () => {
  const { inbox, push, handled, finish } = inboxOf(10);
  for (const item of [1, 2, 3]) push(item);
  expect([handled, inbox.depth()]).toEqual([[1], 2]);
  await finish();
  expect([handled, inbox.depth()]).toEqual([[1, 2], 1]);
  await finish();
  expect([handled, inbox.depth()]).toEqual([[1, 2, 3], 0]);
});

test('handles an item in the same turn again once it has caught up', async () => {
  const { push, handled, finish } = inboxOf(10);
  push(1);
  await finish();
  push(2);
  expect(handled).toEqual([1, 2]);
});

test('puts what arrives during a handler behind it', () => {
  const handled: string[] = [];
  const { inbox } = inboxWith({
    messageHandler: (item) => {
      handled.push(`${item} begins`);
      if (item === 'a') inbox.receive('b', 1);
      handled.push(`${item} ends`);
    },
  });
  inbox.receive('a', 1);
  expect(handled).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('handles an empty frame that waited', async () => {
  const handled: unknown[] = [];
  const { inbox } = inboxWith({
    messageHandler: (item) => {
      handled.push(item);
      return Promise.resolve();
    },
  });
  inbox.receive('a', 1);
  inbox.receive('', 0);
  await settled();
  expect(handled).toEqual(['a', '']);
});

test('says that it is full from the first item at its size on, with how many wait', () => {
  const { push, filled } = inboxOf(3);
  for (let item = 0; item < 6; item++) push(item); // the first is being handled
  expect(filled).toEqual([3, 4, 5]);
});

test('says once that it has drained, at half its size', async () => {
  const { inbox, push, drained, finish } = inboxOf(4);
  for (let item = 0; item < 5; item++) push(item);
  await finish();
  expect([inbox.depth(), drained()]).toEqual([3, 0]);
  await finish();
  expect([inbox.depth(), drained()]).toEqual([2, 1]);
  await finish();
  expect([inbox.depth(), drained()]).toEqual([1, 1]);
});

test('says nothing of draining when it was never full', async () => {
  const { push, drained, finish } = inboxOf(4);
  for (let item = 0; item < 3; item++) push(item);
  await finish();
  await finish();
  expect(drained()).toBe(0);
});

test('drops what waits at the end of a run, counts it, and goes on with the next item', async () => {
  const { inbox, push, counts, handled, finish } = inboxOf(10);
  for (const item of [1, 2, 3]) push(item);
  inbox.end();
  expect([counts.discarded, inbox.depth()]).toEqual([2, 0]);
  push(4);
  expect(handled).toEqual([1]); // the first is still being handled
  await finish();
  expect(handled).toEqual([1, 4]);
});

test('is not full any more after the end of a run', async () => {
  const { inbox, push, drained, finish } = inboxOf(2);
  for (const item of [1, 2, 3]) push(item);
  inbox.end();
  push(4);
  await finish();
  expect(drained()).toBe(0);
});

test('handles everything once and in order, whatever the timing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), async (steps, size) => {
      const { push, handled, finish } = inboxOf(size);
      let pushed = 0;
      for (const isPush of steps) {
        if (isPush) push(pushed++);
        else await finish();
      }
      for (let rest = 0; rest < pushed; rest++) await finish();
      expect(handled).toEqual(Array.from({ length: pushed }, (_, index) => index));
    }),
  );
});

test('handles ten thousand that waited in order, and moves none of them more than once', async () => {
  const { push, handled, finish } = inboxOf(Infinity);
  let moved = 0;
  const { reverse } = Array.prototype as { reverse: (this: unknown[]) => unknown[] };
  jest.spyOn(Array.prototype, 'reverse').mockImplementation(function (this: unknown[]) {
    moved += this.length;
    return reverse.call(this);
  });
  for (let item = 0; item <= 10_000; item++) push(item);
  for (let item = 0; item <= 10_000; item++) await finish();
  jest.restoreAllMocks();
  expect(handled).toEqual(Array.from({ length: 10_001 }, (_, index) => index));
  expect(moved).toBe(10_000);
});

const cause = new Error('no');
const fail = () => {
  throw cause;
};

test('counts what arrives, in messages and in bytes as the platform counts them', () => {
  const { inbox, counts } = inboxWith();
  inbox.receive('ü', 2);
  inbox.receive(new Uint8Array(4), 5);
  expect(counts).toMatchObject({ messages: 2, bytes: 7 });
});

test('tells of each message, and how the frame came, once the handler has had it', () => {
  const seen: unknown[] = [];
  const { inbox, delivered } = inboxWith({
    messageHandler: (message, { type }) => void seen.push([message, type, [...delivered]]),
  });
  inbox.receive('a', 1);
  inbox.receive(new Uint8Array([1]), 1);
  expect([seen, delivered]).toEqual([
    [
      ['a', 'text', []],
      ['1', 'binary', ['a']],
    ],
    ['a', '1'],
  ]);
});

test('tells of no message whose handler ended the run', () => {
  const { inbox, delivered } = inboxWith({ messageHandler: () => inbox.end() });
  inbox.receive('a', 1);
  expect(delivered).toEqual([]);
});

test('calls no handler once the decoder has ended the run', () => {
  const handled: string[] = [];
  const { inbox } = inboxWith({
    decode: (frame) => {
      inbox.end();
      return String(frame);
    },
    messageHandler: (message) => handled.push(message),
  });
  inbox.receive('a', 1);
  expect(handled).toEqual([]);
});

test('counts what it discards at the end of a run', () => {
  const { inbox, counts } = inboxWith({ messageHandler: () => new Promise(() => undefined) });
  for (const frame of ['handled', 'waits', 'waits']) inbox.receive(frame, 1);
  inbox.end();
  expect([counts.discarded, inbox.depth()]).toEqual([2, 0]);
});

test('delivers to a new run after the end of the last', () => {
  const signals: unknown[] = [];
  const { inbox, delivered } = inboxWith({ messageHandler: (_, { signal }) => signals.push(signal.aborted) });
  inbox.end();
  inbox.receive('a', 1);
  expect([signals, delivered]).toEqual([[false], ['a']]);
});

test.each([
  ['throws', fail],
  ['rejects', () => Promise.reject(cause)],
])('a handler that %s is told as an error after which the client goes on', async (_, messageHandler) => {
  const { inbox, failures } = inboxWith({ messageHandler });
  inbox.receive('a', 1);
  await Promise.resolve();
  expect(failures).toMatchObject([
    { code: 'HANDLER_FAILED', message: 'Option "messageHandler" failed', cause, retryable: true },
  ]);
});

test.each([
  ['throws', fail],
  ['rejects', () => Promise.reject(cause)],
])('a handler that ends the run and then %s has not failed', async (_, end) => {
  const { inbox, failures } = inboxWith({
    messageHandler: () => {
      inbox.end();
      return end();
    },
  });
  inbox.receive('a', 1);
  await Promise.resolve();
  expect(failures).toEqual([]);
});

test('a decoder that throws is told as an error that has the frame, and after which the client goes on', () => {
  const { inbox, failures } = inboxWith({ decode: fail });
  inbox.receive('frame', 1);
  expect(failures).toMatchObject([
    {
      name: 'MalformedMessageError',
      message: 'Cannot decode a frame of 5',
      data: 'frame',
      cause,
      retryable: true,
    },
  ]);
});

test('a decoder that throws a MalformedMessageError has said all itself', () => {
  const error = new MalformedMessageError('not ours', 'frame');
  const { inbox, failures } = inboxWith({
    decode: () => {
      throw error;
    },
  });
  inbox.receive('frame', 1);
  expect(failures[0]).toBe(error);
  expect(error.retryable).toBe(true);
});

test('the words of the JSON decoder, which quote the frame, are no cause', () => {
  const { inbox, failures } = inboxWith({ decode: decodeJson as (frame: unknown) => string });
  inbox.receive('{"secret":', 1);
  expect(failures).toMatchObject([{ message: 'Cannot decode a frame of 10', data: '{"secret":' }]);
  expect(failures[0]?.cause).toBeUndefined();
});

test('gives a signal that has aborted to a handler that asks for it only after the end', () => {
  const contexts: MessageContext[] = [];
  const { inbox } = inboxWith({ messageHandler: (_, context) => contexts.push(context) });
  inbox.receive('a', 1);
  inbox.end()();
  const [context] = contexts;
  expect([context?.signal.aborted, context?.signal]).toEqual([true, context?.signal]);
});

test('makes no signal for handlers that ask for none, and one for all that do', () => {
  let made = 0;
  class CountedController extends AbortController {
    constructor() {
      super();
      made++;
    }
  }
  const { AbortController: original } = globalThis;
  globalThis.AbortController = CountedController;
  const signals = new Set<unknown>();
  const { inbox } = inboxWith({
    messageHandler(message, context) {
      if (message === 'asks') signals.add(context.signal);
    },
  });
  const counts = ['is quiet', 'asks', 'asks'].map((message) => {
    inbox.receive(message, 1);
    return [made, signals.size];
  });
  globalThis.AbortController = original;
  expect(counts).toEqual([
    [0, 0],
    [1, 1],
    [1, 1],
  ]);
});
