import { useCallback, useSyncExternalStore } from 'react';
import type { Flag } from '..';
import { useDatastreamStore } from './context';

/** A flag by its key, `undefined` while it is not held. **Its `default_value` does not say whether it is on.** */
export function useFlag(key: string): Flag | undefined {
  const store = useDatastreamStore();
  const read = useCallback(() => store.flag(key), [store, key]);
  return useSyncExternalStore(store.subscribe, read, read);
}
