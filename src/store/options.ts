import type { Company, Flag, User } from '../entities';
import { aCount, aDuration, aFunction } from '../option-rules';
import { holdToRules, type DatastreamOptions } from '../options';
import { fieldsOf } from './adopt';

/** All that a store holds, as JSON can carry it. */
export interface StoreSnapshot {
  readonly flags: readonly Flag[];
  readonly companies: readonly Company[];
  readonly users: readonly User[];
}

/** How a `DatastreamStore` connects, and what it holds. Times in milliseconds. */
export interface DatastreamStoreOptions<Evaluation = boolean> extends Omit<DatastreamOptions, 'messageHandler'> {
  /**
   * How long `company()` and `user()` wait for an answer, and how soon an unanswered question of the store's own is asked
   * again.
   * @defaultValue 10 000
   */
  requestTimeout?: number;
  /**
   * Asks for the flags in pages of so many.
   * @defaultValue all in one message
   */
  pageSize?: number;
  /** What `snapshot()` gave at another time or place: it can be read at once, and is stale until the server confirms it. */
  initial?: StoreSnapshot;
  /** What decides whether a flag is on: the vendor's engine. The store itself evaluates no rule. */
  evaluate?: (flag: Flag, company: Company | undefined, user: User | undefined) => Evaluation;
}

/** The options of the store itself, complete. */
type StoreSettings<Evaluation> = Pick<DatastreamStoreOptions<Evaluation>, 'pageSize' | 'initial' | 'evaluate'> & {
  requestTimeout: number;
};

/** @throws InvalidOptionError for the first option that is wrong. */
export function resolveStoreOptions<Evaluation>(
  options: DatastreamStoreOptions<Evaluation>,
): StoreSettings<Evaluation> {
  return holdToRules(options, {
    requestTimeout: aDuration(10_000),
    pageSize: aCount(1, Number.MAX_SAFE_INTEGER),
    initial: ['what snapshot() gave', isSnapshot],
    evaluate: aFunction(),
  }) as unknown as StoreSettings<Evaluation>;
}

function isSnapshot(value: unknown): boolean {
  return ['flags', 'companies', 'users'].every((name) => Array.isArray(fieldsOf(value)[name]));
}
