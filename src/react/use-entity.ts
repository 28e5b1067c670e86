import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Company, DatastreamError, DatastreamStore, Keys, User } from '..';
import { useDatastreamStore } from './context';

/** How a component follows a company or a user. */
export interface UseEntityOptions {
  /** Hears why it cannot be had: `NOT_FOUND`, `REQUEST_TIMEOUT`, `KEY_CONFLICT` and the like. It is asked for again on each new connection. */
  onError?: (error: DatastreamError) => void;
}

/**
 * The company that the keys name, followed from the first render on; `undefined` while it is not held, and without keys.
 * It stays followed when the component goes, since others may look at it: `store.forget(keys)` gives it up.
 */
export function useCompany(keys: Keys | undefined, options?: UseEntityOptions): Company | undefined {
  return useEntity(COMPANY, keys, options);
}

/** As `useCompany`, for a user. */
export function useUser(keys: Keys | undefined, options?: UseEntityOptions): User | undefined {
  return useEntity(USER, keys, options);
}

/** What differs between companies and users. */
interface Kind<Entity> {
  peek(store: DatastreamStore<unknown>, keys: Keys): Entity | undefined;
  ask(store: DatastreamStore<unknown>, keys: Keys, options: { signal: AbortSignal }): Promise<Entity>;
}

const COMPANY: Kind<Company> = {
  peek: (store, keys) => store.peekCompany(keys),
  ask: (store, keys, options) => store.company(keys, options),
};

const USER: Kind<User> = {
  peek: (store, keys) => store.peekUser(keys),
  ask: (store, keys, options) => store.user(keys, options),
};

function useEntity<Entity>(
  kind: Kind<Entity>,
  keys: Keys | undefined,
  { onError }: UseEntityOptions = {},
): Entity | undefined {
  const store = useDatastreamStore();
  const stableKeys = useStable(keys);
  const report = useLatest(onError);

  useEffect(() => {
    if (!stableKeys) return undefined;
    const controller = new AbortController();
    const ask = () => {
      kind.ask(store, stableKeys, controller).catch((error: unknown) => {
        if (!controller.signal.aborted) report.current?.(error as DatastreamError);
      });
    };
    ask();
    // What was not to be had may be by the next connection; what is held is answered from memory.
    const off = store.on('ready', ask);
    return () => {
      off();
      controller.abort();
    };
  }, [kind, store, stableKeys, report]);

  const read = useCallback(() => stableKeys && kind.peek(store, stableKeys), [kind, store, stableKeys]);
  return useSyncExternalStore(store.subscribe, read, read);
}

/** The same object as long as the keys say the same: components write them as literals. */
function useStable(keys: Keys | undefined): Keys | undefined {
  const text = keys && JSON.stringify(Object.entries(keys).sort());
  return useMemo(
    () => (text === undefined ? undefined : (Object.fromEntries(JSON.parse(text) as [string, string][]) as Keys)),
    [text],
  );
}

function useLatest<Value>(value: Value) {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
