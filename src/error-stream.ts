import type { DatastreamError } from './errors';
import { nothing } from './guarded';

/** How many errors a reader that does not read keeps. */
const CAPACITY = 100;

/** The errors of a client for one reader: bounded, and never holding the client up. */
export interface ErrorReader {
  readonly errors: AsyncIterableIterator<DatastreamError>;
  push(error: DatastreamError): void;
  /** Ends, once what was kept is read. */
  end(): void;
}

/** `left` is called when nothing more is to be pushed. */
export function errorReader(left: () => void): ErrorReader {
  const kept: DatastreamError[] = [];
  let isOver = false;
  let wake = nothing;
  const end = () => {
    isOver = true;
    left();
    wake();
  };
  async function* read(): AsyncGenerator<DatastreamError, undefined> {
    for (;;) {
      const error = kept.shift();
      if (error) yield error;
      else if (isOver) return undefined;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const errors = read();
  // A generator that waits would not hear that its reader has left.
  const leave = errors.return.bind(errors);
  errors.return = () => {
    kept.length = 0;
    end();
    return leave(undefined);
  };
  return {
    errors,
    push(error) {
      if (kept.push(error) > CAPACITY) kept.shift();
      wake();
    },
    end,
  };
}
