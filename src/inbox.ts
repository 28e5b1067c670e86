import { Fifo } from './fifo';

/** What an inbox tells its owner. */
export interface InboxListener {
  /** `size` or more items wait; called for every item from there on. */
  filled(waiting: number): void;
  /** Half of `size` or fewer wait again. */
  drained(): void;
}

/** Received messages, handled one at a time and in order. */
export class Inbox<Item> {
  readonly #size: number;
  readonly #handle: (item: Item) => PromiseLike<unknown> | undefined;
  readonly #listener: InboxListener;
  readonly #waiting = new Fifo<Item>();
  #isHandling = false;
  #isFull = false;

  /** `handle` must neither throw nor reject; it returns a promise only when it is not done. */
  constructor(size: number, handle: (item: Item) => PromiseLike<unknown> | undefined, listener: InboxListener) {
    this.#size = size;
    this.#handle = handle;
    this.#listener = listener;
  }

  /** Items that wait, without the one that is being handled. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Handles the item at once if nothing is ahead of it, without a promise. */
  push(item: Item): void {
    if (!this.#isHandling) {
      this.#isHandling = true;
      const pending = this.#handle(item);
      if (pending) void pending.then(this.#handleNext);
      else this.#handleNext();
      return;
    }
    this.#waiting.push(item);
    if (this.#waiting.length < this.#size) return;
    this.#isFull = true;
    this.#listener.filled(this.#waiting.length);
  }

  /** Drops what waits and says how much it was; the item that is being handled is not taken back. */
  clear(): number {
    const dropped = this.#waiting.length;
    this.#waiting.clear();
    this.#isFull = false;
    return dropped;
  }

  readonly #handleNext = (): void => {
    while (this.#waiting.length > 0) {
      // There is one, so it is an item, whatever its value.
      const pending = this.#handle(this.#waiting.shift() as Item);
      this.#noticeRoom();
      if (pending) return void pending.then(this.#handleNext);
    }
    this.#isHandling = false;
  };

  #noticeRoom(): void {
    if (!this.#isFull || this.#waiting.length > this.#size / 2) return;
    this.#isFull = false;
    this.#listener.drained();
  }
}
