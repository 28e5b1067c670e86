import type { Cancel } from '../platform/platform';

/** Items as an async iterator: its owner pushes them, and what comes while nobody reads is kept. */
export interface Reader<Item> extends AsyncIterableIterator<Item> {
  push(item: Item): void;
  /** Ends it, once it has read what is kept. */
  end(): void;
}

/** A reader with nothing to read. `keep` adds an item to those that are kept, by whatever name; `ended` hears of the end. */
export function createReader<Item>(keep: (kept: Map<unknown, Item>, item: Item) => void, ended: Cancel): Reader<Item> {
  const kept = new Map<unknown, Item>();
  const waiting: ((result: IteratorResult<Item>) => void)[] = [];
  const done: IteratorResult<Item> = { value: undefined, done: true };
  let isOver = false;
  const reader: Reader<Item> = {
    [Symbol.asyncIterator]: () => reader,
    next() {
      for (const [name, value] of kept) {
        kept.delete(name);
        return Promise.resolve({ value, done: false });
      }
      return isOver ? Promise.resolve(done) : new Promise((resolve) => waiting.push(resolve));
    },
    return() {
      kept.clear();
      reader.end();
      return Promise.resolve(done);
    },
    push(value) {
      const resolve = waiting.shift();
      if (resolve) resolve({ value, done: false });
      else keep(kept, value);
    },
    end() {
      isOver = true;
      ended();
      for (const resolve of waiting.splice(0)) resolve(done);
    },
  };
  return reader;
}
