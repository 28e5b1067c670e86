import type { DatastreamError } from './errors';
import { createReader, type Reader } from './reader';

/** How many errors a reader that does not read keeps. */
const CAPACITY = 100;

/** The errors of a client for one reader: bounded, and never holding the client up. */
export type ErrorReader = Reader<DatastreamError>;

/** `left` is called when nothing more is to be pushed. */
export function errorReader(left: () => void): ErrorReader {
  return createReader((kept, error) => {
    kept.set({}, error);
    if (kept.size > CAPACITY) kept.delete(kept.keys().next().value);
  }, left);
}
