/** Things in the order in which they happen, each of which can be awaited. */
export class Journal<Item> {
  readonly all: Item[] = [];
  readonly #watchers = new Set<() => void>();

  get length(): number {
    return this.all.length;
  }

  /** Bound, to be handed over as a handler. */
  readonly add = (item: Item): void => {
    this.all.push(item);
    for (const look of [...this.#watchers]) look();
  };

  /** The item at a place, 0 being the first, as soon as it is there. */
  async at(index: number): Promise<Item> {
    const [item] = (await this.first(index + 1)).slice(index);
    return item as Item;
  }

  /** The first so many items, as soon as they are there. */
  async first(count: number): Promise<Item[]> {
    await this.until(() => this.all.length >= count);
    return this.all.slice(0, count);
  }

  /** The first item that matches, now or later. */
  async find(matching: (item: Item) => boolean): Promise<Item> {
    await this.until(() => this.all.some(matching));
    return this.all.find(matching) as Item;
  }

  /** Looks at every addition until the condition is met. */
  until(isMet: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isMet()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }
}
