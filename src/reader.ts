import { nothing } from './guarded';

/** Items for one reader, who never holds up those who push them. */
export interface Reader<Item> {
  readonly items: AsyncIterableIterator<Item>;
  push(item: Item): void;
  /** Ends, once what was kept is read. */
  end(): void;
}

/**
 * A reader with nothing to read. `keep` adds an item to those that are yet to be read, by a name of its choice; `left` is
 * called when nothing more is to be pushed.
 */
export function createReader<Item>(
  keep: (kept: Map<unknown, Item>, item: Item) => void,
  left: () => void,
): Reader<Item> {
  const kept = new Map<unknown, Item>();
  let isOver = false;
  let wake = nothing;
  const end = () => {
    isOver = true;
    left();
    wake();
  };
  async function* read(): AsyncGenerator<Item, undefined> {
    for (;;) {
      for (const [name, item] of kept) {
        kept.delete(name);
        yield item;
      }
      if (isOver) return undefined;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const items = read();
  // A generator that waits would not hear that its reader has left.
  const leave = items.return.bind(items);
  items.return = () => {
    kept.clear();
    end();
    return leave(undefined);
  };
  return {
    items,
    push(item) {
      keep(kept, item);
      wake();
    },
    end,
  };
}
