import type { DatastreamClient, DatastreamEvents } from '../../src';
import { Journal } from './journal';

type Events = DatastreamEvents<unknown>;

/** Everything of one kind that a client announces from now on. */
export function journalOf<Type extends keyof Events>(
  client: DatastreamClient<unknown>,
  type: Type,
): Journal<Events[Type]> {
  const journal = new Journal<Events[Type]>();
  client.on(type, journal.add);
  return journal;
}

/** The next event of a kind. */
export function next<Type extends keyof Events>(client: DatastreamClient<unknown>, type: Type): Promise<Events[Type]> {
  return new Promise((resolve) => client.once(type, resolve));
}

/** What a promise rejects with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error(`Expected a rejection, got ${String(value)}`);
}

/** A promise with its two ends, for handlers that end when the test says so. */
export interface Deferred<Value> {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (reason: Error) => void;
}

export function deferred<Value = void>(): Deferred<Value> {
  let ends: Pick<Deferred<Value>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<Value>((resolve, reject) => (ends = { resolve, reject }));
  return { promise, ...(ends as unknown as Pick<Deferred<Value>, 'resolve' | 'reject'>) };
}

/** One turn of the event loop, with everything that has arrived by now read. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
