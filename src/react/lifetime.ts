import type { DatastreamStore } from '..';

/** How many mounted providers hold a store that they have opened. */
const holders = /* @__PURE__ */ new WeakMap<DatastreamStore<unknown>, number>();

/**
 * Opens a store that nobody has opened, and closes it once its last holder lets go; one that the application has opened
 * itself stays the application's. Returns the undo.
 */
export function hold(store: DatastreamStore<unknown>): () => void {
  const { status } = store.client.state;
  const isOurs = holders.has(store);
  if (!isOurs && status !== 'idle' && status !== 'closed') return () => undefined;
  holders.set(store, (holders.get(store) ?? 0) + 1);
  store.start();
  return () => {
    holders.set(store, (holders.get(store) ?? 0) - 1);
    // React's StrictMode and hot reload let go and take hold again in one go: that is no reason to dial anew.
    void Promise.resolve().then(() => closeUnheld(store));
  };
}

function closeUnheld(store: DatastreamStore<unknown>): void {
  if (holders.get(store) !== 0) return;
  holders.delete(store);
  void store.close();
}
