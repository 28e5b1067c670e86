import type { DatastreamEvents } from '../events';
import type { StoreChange } from './change';

/** What `on` and `once` of a store can listen to: its own events, and those of its client. */
export type DatastreamStoreEvents = DatastreamEvents & {
  /** An entity was added, replaced or removed; the store already holds it so. */
  change: StoreChange;
  /** Something that can be read in the store has changed, `stale` included; comes after the changes it sums up. */
  version: number;
};
