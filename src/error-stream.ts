import type { DatastreamError } from './errors';

/** How many errors a reader that does not read keeps. */
const CAPACITY = 100;

/** The errors of a client as async iterators: each reader has its own, bounded, and never holds the client up. */
export class ErrorStream {
  readonly #readers = new Set<ErrorReader>();

  /** A reader that starts with the next error. */
  read(): AsyncIterableIterator<DatastreamError> {
    const reader = new ErrorReader(() => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  push(error: DatastreamError): void {
    for (const reader of this.#readers) reader.push(error);
  }

  /** Ends every reader, once it has read what it kept. */
  end(): void {
    for (const reader of this.#readers) reader.end();
  }
}

/** What a reader finds that comes when all is over. */
export function endedStream(terminal: DatastreamError | undefined): AsyncIterableIterator<DatastreamError> {
  const reader = new ErrorReader(() => undefined);
  if (terminal) reader.push(terminal);
  reader.end();
  return reader;
}

class ErrorReader implements AsyncIterableIterator<DatastreamError> {
  readonly #ended: () => void;
  readonly #kept: DatastreamError[] = [];
  readonly #waiting: ((result: IteratorResult<DatastreamError>) => void)[] = [];
  #isOver = false;

  constructor(ended: () => void) {
    this.#ended = ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<DatastreamError>> {
    const value = this.#kept.shift();
    if (value) return Promise.resolve({ value, done: false });
    if (this.#isOver) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<DatastreamError>> {
    this.#kept.length = 0;
    this.end();
    return Promise.resolve(DONE);
  }

  push(value: DatastreamError): void {
    const waiting = this.#waiting.shift();
    if (waiting) return waiting({ value, done: false });
    this.#kept.push(value);
    if (this.#kept.length > CAPACITY) this.#kept.shift();
  }

  end(): void {
    this.#isOver = true;
    this.#ended();
    for (const waiting of this.#waiting.splice(0)) waiting(DONE);
  }
}

const DONE: IteratorResult<DatastreamError> = { value: undefined, done: true };
