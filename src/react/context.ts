import { createContext, useContext } from 'react';
import type { DatastreamStore } from '..';

/** Carries the store of the nearest `DatastreamProvider`. */
export const StoreContext = /* @__PURE__ */ createContext<DatastreamStore<unknown> | undefined>(undefined);

/**
 * The store of the nearest `DatastreamProvider`.
 *
 * @throws Error outside of one
 */
export function useDatastreamStore(): DatastreamStore<unknown> {
  const store = useContext(StoreContext);
  if (!store) throw new Error('This component needs a <DatastreamProvider store={…}> above it');
  return store;
}
