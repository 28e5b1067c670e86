import type { Emitter, Listener } from '../listeners';
import type { StoreChange } from './change';
import type { DatastreamStoreEvents } from './events';

/** What has changed in a store, told in the order in which it did: the changes, and the version that sums them up. */
export interface Announcements {
  /** How often something has changed. */
  readonly version: () => number;
  /** Notes that something has; what has no `change` of its own counts too. */
  readonly changed: (change?: StoreChange) => void;
  /** Tells of all that is noted: behind what is being told. */
  readonly announce: () => void;
  /** Nobody is to hear of the changes that are noted; what is being told ends. */
  readonly dismiss: () => void;
}

/** With nothing to tell yet, and `emitter` to tell it to. */
export function announcements({ all }: Emitter<DatastreamStoreEvents>): Announcements {
  /** What is not told yet: another list once nobody is to hear of what was in it. */
  let changes: StoreChange[] = [];
  let version = 0;
  let announced = 0;
  let isAnnouncing = false;

  /** mitt would tell everybody, though one of them may close the store; its type has all listeners in one. */
  const tell = <Type extends 'change' | 'version'>(type: Type, event: DatastreamStoreEvents[Type], of: unknown) => {
    const listeners = (all.get(type) ?? []) as Listener<DatastreamStoreEvents[Type]>[];
    for (const listener of [...listeners]) if (of === changes) listener(event);
  };

  return {
    version: () => version,
    changed(change) {
      version++;
      if (change) changes.push(change);
    },
    announce() {
      if (isAnnouncing) return;
      isAnnouncing = true;
      while (announced !== version) {
        const told = changes;
        // Those that listeners make come behind these.
        for (const change of told) tell('change', change, told);
        told.length = 0;
        announced = version;
        tell('version', version, told);
      }
      isAnnouncing = false;
    },
    dismiss() {
      changes = [];
      isAnnouncing = false;
    },
  };
}
