import fc from 'fast-check';
import { Fifo } from '../src/fifo';
import { Inbox } from '../src/inbox';

/** An inbox whose handler is done when the test says so. */
function inboxOf(size: number, isAsync = true) {
  const handled: number[] = [];
  const filled: number[] = [];
  let drained = 0;
  const done: (() => void)[] = [];
  const inbox = new Inbox<number>(
    size,
    (item) => {
      handled.push(item);
      return isAsync ? new Promise<void>((resolve) => done.push(resolve)) : undefined;
    },
    { filled: (waiting) => void filled.push(waiting), drained: () => drained++ },
  );
  const finish = async () => {
    done.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { inbox, handled, filled, drained: () => drained, finish };
}

test('handles an item in the same turn when nothing is ahead of it', () => {
  const { inbox, handled } = inboxOf(10, false);
  inbox.push(1);
  inbox.push(2);
  expect(handled).toEqual([1, 2]);
});

test('handles the next item only when the last is done', async () => {
  const { inbox, handled, finish } = inboxOf(10);
  for (const item of [1, 2, 3]) inbox.push(item);
  expect([handled, inbox.length]).toEqual([[1], 2]);
  await finish();
  expect([handled, inbox.length]).toEqual([[1, 2], 1]);
  await finish();
  expect([handled, inbox.length]).toEqual([[1, 2, 3], 0]);
});

test('handles an item in the same turn again once it has caught up', async () => {
  const { inbox, handled, finish } = inboxOf(10);
  inbox.push(1);
  await finish();
  inbox.push(2);
  expect(handled).toEqual([1, 2]);
});

test('puts what arrives during a handler behind it', () => {
  const handled: string[] = [];
  const inbox = new Inbox<string>(
    10,
    (item): undefined => {
      handled.push(`${item} begins`);
      if (item === 'a') inbox.push('b');
      handled.push(`${item} ends`);
      return undefined;
    },
    { filled: () => undefined, drained: () => undefined },
  );
  inbox.push('a');
  expect(handled).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('handles an item that is undefined', async () => {
  const handled: unknown[] = [];
  const inbox = new Inbox<unknown>(
    10,
    (item) => {
      handled.push(item);
      return Promise.resolve();
    },
    { filled: () => undefined, drained: () => undefined },
  );
  inbox.push(1);
  inbox.push(undefined);
  await Promise.resolve();
  expect(handled).toEqual([1, undefined]);
});

test('says that it is full from the first item at its size on, with how many wait', () => {
  const { inbox, filled } = inboxOf(3);
  for (let item = 0; item < 6; item++) inbox.push(item); // the first is being handled
  expect(filled).toEqual([3, 4, 5]);
});

test('says once that it has drained, at half its size', async () => {
  const { inbox, drained, finish } = inboxOf(4);
  for (let item = 0; item < 5; item++) inbox.push(item);
  await finish();
  expect([inbox.length, drained()]).toEqual([3, 0]);
  await finish();
  expect([inbox.length, drained()]).toEqual([2, 1]);
  await finish();
  expect([inbox.length, drained()]).toEqual([1, 1]);
});

test('says nothing of draining when it was never full', async () => {
  const { inbox, drained, finish } = inboxOf(4);
  for (let item = 0; item < 3; item++) inbox.push(item);
  await finish();
  await finish();
  expect(drained()).toBe(0);
});

test('drops what waits, says how much it was, and goes on with the next item', async () => {
  const { inbox, handled, finish } = inboxOf(10);
  for (const item of [1, 2, 3]) inbox.push(item);
  expect(inbox.clear()).toBe(2);
  inbox.push(4);
  expect(handled).toEqual([1]); // the first is still being handled
  await finish();
  expect(handled).toEqual([1, 4]);
});

test('is not full any more once cleared', async () => {
  const { inbox, drained, finish } = inboxOf(2);
  for (const item of [1, 2, 3]) inbox.push(item);
  inbox.clear();
  inbox.push(4);
  await finish();
  expect(drained()).toBe(0);
});

test('handles everything once and in order, whatever the timing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), async (steps, size) => {
      const { inbox, handled, finish } = inboxOf(size);
      let pushed = 0;
      for (const isPush of steps) {
        if (isPush) inbox.push(pushed++);
        else await finish();
      }
      for (let rest = 0; rest < pushed; rest++) await finish();
      expect(handled).toEqual(Array.from({ length: pushed }, (_, index) => index));
    }),
  );
});

describe('Fifo', () => {
  test('gives items back in order, however pushes and shifts alternate', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 2_000, size: 'max' }), (steps) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        let next = 0;
        for (const isPush of steps) {
          if (isPush) {
            fifo.push(next);
            model.push(next++);
          } else {
            expect(fifo.peek()).toBe(model[0]);
            expect(fifo.shift()).toBe(model.shift());
          }
          expect(fifo.length).toBe(model.length);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('gives ten thousand items back in order', () => {
    const fifo = new Fifo<number>();
    for (let item = 0; item < 10_000; item++) fifo.push(item);
    for (let item = 0; item < 10_000; item++) expect(fifo.shift()).toBe(item);
    expect(fifo.shift()).toBeUndefined();
  });

  describe('used ten thousand times', () => {
    const TIMES = 10_000;

    /** The lengths of the copies of arrays that `work` makes. */
    function copiesDuring(work: (fifo: Fifo<number>) => void): number[] {
      const slice = jest.spyOn(Array.prototype, 'slice');
      work(new Fifo<number>());
      const copies = slice.mock.results.map(({ value }) => (value as unknown[]).length);
      slice.mockRestore();
      return copies;
    }

    test('moves no more than pass through it, however many wait', () => {
      const copies = copiesDuring((fifo) => {
        for (let item = 0; item < TIMES; item++) fifo.push(item);
        for (let item = 0; item < TIMES; item++) fifo.shift();
      });
      expect(copies.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(TIMES);
    });

    test('takes no room when it is asked in vain', () => {
      const copies = copiesDuring((fifo) => {
        for (let call = 0; call < TIMES; call++) fifo.shift();
      });
      expect(copies).toEqual([]);
    });

    test('frees the room of those that are gone once in a thousand, though it is never empty', () => {
      const copies = copiesDuring((fifo) => {
        fifo.push(0);
        for (let item = 1; item < TIMES; item++) {
          fifo.push(item);
          fifo.shift();
        }
      });
      expect(copies.length).toBeGreaterThanOrEqual(5);
      expect(copies.length).toBeLessThanOrEqual(10);
    });
  });

  test('is empty when cleared', () => {
    const fifo = new Fifo<number>();
    fifo.push(1);
    fifo.push(2);
    fifo.shift();
    fifo.clear();
    fifo.push(3);
    expect([fifo.length, fifo.peek()]).toEqual([1, 3]);
  });
});
