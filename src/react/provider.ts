import { createElement, useEffect, type ReactNode } from 'react';
import type { DatastreamStore } from '..';
import { StoreContext } from './context';
import { hold } from './lifetime';

/** What a `DatastreamProvider` takes. */
export interface DatastreamProviderProps {
  /** Made once, outside of any component. */
  store: DatastreamStore<unknown>;
  /** What may use the hooks. */
  children?: ReactNode;
}

/**
 * Gives a store to all components below it. It starts the store when it is mounted and closes it when the last provider
 * of that store is gone, unless the application has started it already. Nothing is opened while rendering on a server.
 */
export function DatastreamProvider({ store, children }: DatastreamProviderProps): ReactNode {
  useEffect(() => hold(store), [store]);
  return createElement(StoreContext.Provider, { value: store }, children);
}
