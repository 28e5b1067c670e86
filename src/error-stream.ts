import type { DatastreamError } from './errors';

/** How many errors a reader that does not read keeps. */
const CAPACITY = 100;

/** The errors of a client as async iterators: each reader has its own, bounded, and never holds the client up. */
export class ErrorStream {
  readonly #readers = new Set<Reader>();

  /** A reader that starts with `terminal` and ends, if the client has ended; else it starts with the next error. */
  read(isOver: boolean, terminal?: DatastreamError): AsyncIterableIterator<DatastreamError> {
    const reader: Reader = { kept: terminal ? [terminal] : [], isOver, wake: NOTHING };
    if (!isOver) this.#readers.add(reader);
    return this.#drain(reader);
  }

  push(error: DatastreamError): void {
    for (const reader of this.#readers) {
      reader.kept.push(error);
      if (reader.kept.length > CAPACITY) reader.kept.shift();
      reader.wake();
    }
  }

  /** Ends every reader, once it has read what it kept. */
  end(): void {
    for (const reader of this.#readers) {
      reader.isOver = true;
      reader.wake();
    }
    this.#readers.clear();
  }

  async *#drain(reader: Reader): AsyncGenerator<DatastreamError, void> {
    try {
      for (;;) {
        for (let error = reader.kept.shift(); error; error = reader.kept.shift()) yield error;
        if (reader.isOver) return;
        await new Promise<void>((resolve) => (reader.wake = resolve));
      }
    } finally {
      this.#readers.delete(reader);
    }
  }
}

interface Reader {
  readonly kept: DatastreamError[];
  isOver: boolean;
  wake: () => void;
}

const NOTHING = () => undefined;
