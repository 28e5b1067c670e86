import type { Company, Flag, User } from '../entities';
import { aCount, aDuration, aFunction } from '../option-rules';
import { holdToRules, READY_TIMEOUT, type DatastreamOptions } from '../options';

/** All that a store holds, as JSON can carry it. */
export interface StoreSnapshot {
  /** All flags. */
  readonly flags: readonly Flag[];
  /** The companies that are followed. */
  readonly companies: readonly Company[];
  /** The users that are followed. */
  readonly users: readonly User[];
}

/**
 * How a `DatastreamStore` connects, and what it holds: the options of a client, less `messageHandler`. Its
 * `connectionReadyHandler` runs after the store's own work on each connection.
 *
 * @typeParam Evaluation - what `evaluate` returns
 */
export interface DatastreamStoreOptions<Evaluation = boolean> extends Omit<DatastreamOptions, 'messageHandler'> {
  /**
   * How long `company()` and `user()` wait for an answer before they reject with `REQUEST_TIMEOUT`, and how soon an unanswered
   * question of the store's own is asked again, which is after half of `readyTimeout` at the latest. On a new connection, an
   * entity that is not confirmed by then stays, keeps the store `stale`, and does not hold `ready` up.
   *
   * @defaultValue 10 000 ms
   */
  requestTimeout?: number;
  /**
   * Asks for the flags in pages of so many (protocol, section 1.4), for hosts on the way that limit the size of a message. A
   * whole number from 1 on; anything else throws.
   *
   * @defaultValue all in one message
   */
  pageSize?: number;
  /**
   * What `snapshot()` gave at another time or place: it can be read at once, and is stale until the server confirms it. What is
   * no snapshot throws.
   *
   * @defaultValue nothing
   */
  initial?: StoreSnapshot;
  /**
   * What decides whether a flag is on: the vendor's engine, asked by `store.evaluate()`. **The store itself evaluates no
   * rule.** What it throws comes out of `store.evaluate()`.
   *
   * @defaultValue none; `store.evaluate()` throws then
   */
  evaluate?: (flag: Flag, company: Company | undefined, user: User | undefined) => Evaluation;
}

/** The options of the store itself, complete. */
type StoreSettings<Evaluation> = Pick<
  DatastreamStoreOptions<Evaluation>,
  'pageSize' | 'initial' | 'evaluate' | 'connectionReadyHandler'
> & { requestTimeout: number; readyTimeout: number };

/** @throws InvalidOptionError for the first option that is wrong. */
export function resolveStoreOptions<Evaluation>(
  options: DatastreamStoreOptions<Evaluation>,
): StoreSettings<Evaluation> {
  // The rules have looked at each value: what they let through is of these types, which they cannot say.
  return holdToRules(options, {
    requestTimeout: aDuration(10_000),
    readyTimeout: aDuration(READY_TIMEOUT),
    pageSize: aCount(1, Number.MAX_SAFE_INTEGER),
    // Loading it is the check of what is in it.
    initial: ['what snapshot() gave', Boolean],
    evaluate: aFunction(),
    // The client gets one that always is a function.
    connectionReadyHandler: aFunction(),
  }) as unknown as StoreSettings<Evaluation>;
}
