interface Waiter<Item> {
  index?: number;
  matching: (item: Item) => boolean;
  resolve: (item: Item) => void;
  reject: (error: Error) => void;
}

/** Which item to wait for: its place in the order of arrival, or the first that matches. */
export type Which<Item> = number | ((item: Item) => boolean);

/** Things in the order in which they came, each of which can be awaited. */
export class Arrivals<Item> {
  readonly #items: Item[] = [];
  #waiters: Waiter<Item>[] = [];
  #ended?: Error;

  get all(): readonly Item[] {
    return this.#items;
  }

  add(item: Item): void {
    const index = this.#items.push(item) - 1;
    const isFor = (waiter: Waiter<Item>) =>
      waiter.index === undefined ? waiter.matching(item) : waiter.index === index;
    const served = this.#waiters.filter(isFor);
    this.#waiters = this.#waiters.filter((waiter) => !served.includes(waiter));
    for (const waiter of served) waiter.resolve(item);
  }

  /** One that is here already, or else the moment it comes. */
  get(which: Which<Item>): Promise<Item> {
    const here =
      typeof which === 'number' ? this.#items.slice(which, which + 1) : this.#items.filter(which).slice(0, 1);
    for (const item of here) return Promise.resolve(item);
    return typeof which === 'number' ? this.#wait(() => true, which) : this.#wait(which);
  }

  /** The next to come, from now on. */
  next(matching: (item: Item) => boolean = () => true): Promise<Item> {
    return this.#wait(matching);
  }

  /** Nothing comes any more: rejects whoever waits, now or later. */
  end(error: Error): void {
    this.#ended ??= error;
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #wait(matching: (item: Item) => boolean, index?: number): Promise<Item> {
    const promise = new Promise<Item>((resolve, reject) => {
      if (this.#ended) reject(this.#ended);
      else this.#waiters.push({ index, matching, resolve, reject });
    });
    // A wait that a failed test left behind must not end the process as an unhandled rejection.
    promise.catch(() => undefined);
    return promise;
  }
}
