import { useCallback, useSyncExternalStore } from 'react';
import type { ConnectionState } from '..';
import { useDatastreamStore } from './context';

const IDLE: ConnectionState = { status: 'idle' };

/** What the connection is doing; `idle` on a server and while a page takes over what the server has rendered. */
export function useConnectionState(): ConnectionState {
  const store = useDatastreamStore();
  const subscribe = useCallback((listener: () => void) => store.on('state', listener), [store]);
  const read = useCallback(() => store.client.state, [store]);
  return useSyncExternalStore(subscribe, read, () => IDLE);
}

/** Whether what the store holds may not be current; `true` on a server. */
export function useStale(): boolean {
  const store = useDatastreamStore();
  const read = useCallback(() => store.stale, [store]);
  return useSyncExternalStore(store.subscribe, read, () => true);
}
