import { DatastreamError } from '../errors';
import { adopt, fieldsOf } from './adopt';
import type { ChangeOf, StoredType } from './change';
import { agrees, createLookup, keysOf, type Key } from './lookup';
import type { Merge } from './merge';

/** All entities of one type that are held: immutable, each the same object for as long as it does not change. */
export interface Population<Entity extends object> {
  readonly held: ReadonlyMap<string, Entity>;
  /** The ids of all that the keys name. */
  readonly find: (names: readonly Key[]) => string[];
  /** As `find`, and of all that had these keys until something else came to have them too. */
  readonly claimants: (names: readonly Key[]) => string[];
  /** What the keys name, unless they contradict it or each other. */
  readonly get: (names: readonly Key[]) => Entity | undefined;
  /** @throws DatastreamError `MALFORMED_MESSAGE` when nothing tells it from others */
  readonly idOf: (entity: unknown) => string;
  /** Holds an entity as it was received; returns it as it is held. */
  readonly put: (received: unknown) => Entity;
  /** Applies changed fields to an entity that is held. */
  readonly update: (id: string, partial: unknown) => Entity | undefined;
  readonly remove: (id: string) => void;
  /** Removes what a message names by its id, by other fields, or both. */
  readonly removeNamed: (entityId: unknown, data: unknown) => void;
  /**
   * Holds exactly these. One that cannot be held does not keep the others from it, nor what is held under its name.
   *
   * @throws DatastreamError `MALFORMED_MESSAGE` once that is done, if there was such a one
   */
  readonly replace: (all: readonly unknown[]) => void;
}

/** An empty population. `identity` is the field by which its entities are told apart. */
export function createPopulation<Type extends StoredType, Entity extends object>(
  entityType: Type,
  identity: 'id' | 'key',
  merge: Merge,
  changed: (change: ChangeOf<Type, Entity>) => void,
): Population<Entity> {
  const held = new Map<string, Entity>();
  const lookup = createLookup<string>();

  const get = (names: readonly Key[]): Entity | undefined => {
    const [id, ...others] = lookup.find(names);
    const entity = id === undefined || others.length > 0 ? undefined : held.get(id);
    return entity && agrees(names, entity) ? entity : undefined;
  };

  const idOf = (entity: unknown): string => {
    const id = fieldsOf(entity)[identity];
    if (typeof id === 'string') return id;
    throw malformedError('entity', identity);
  };

  const announce = (id: string, previous: Entity | undefined, current?: Entity): void => {
    const [was, is] = [fieldsOf(previous), fieldsOf(current)];
    if (!previous || was['keys'] !== is['keys'] || was['id'] !== is['id']) {
      lookup.delete(keysOf(previous), id);
      lookup.add(keysOf(current), id);
    }
    changed({ entityType, id, previous, current });
  };

  const put = (received: unknown): Entity => {
    const id = idOf(received);
    const previous = held.get(id);
    // The one border: what the server sends under the name of a type is taken for it.
    const current = adopt(received, previous) as Entity;
    if (current === previous) return current;
    held.set(id, current);
    announce(id, previous, current);
    return current;
  };

  const remove = (id: string): void => {
    const previous = held.get(id);
    if (held.delete(id)) announce(id, previous);
  };

  return {
    held,
    find: lookup.find,
    claimants: lookup.claimants,
    get,
    idOf,
    put,
    remove,
    update(id, partial) {
      const entity = held.get(id);
      if (!entity) return undefined;
      const merged = merge(fieldsOf(entity), fieldsOf(partial));
      if (idOf(merged) !== id) remove(id);
      return put(merged);
    },
    removeNamed(entityId, data) {
      const named = fieldsOf(data);
      // Some servers write an empty id for none.
      const about = entityId ? { ...named, id: entityId } : named;
      const entity = held.get(about[identity] as string) ?? get(keysOf(about));
      if (entity) remove(idOf(entity));
    },
    replace(all) {
      const kept = new Set<string>();
      let failure: DatastreamError | undefined;
      // Of several by one name, the last counts.
      for (const each of new Map(all.map((each) => [fieldsOf(each)[identity] ?? each, each])).values()) {
        try {
          kept.add(idOf(put(each)));
        } catch (error) {
          failure = error as DatastreamError;
          for (const id of lookup.find(keysOf(each))) kept.add(id);
        }
      }
      for (const id of held.keys()) if (!kept.has(id)) remove(id);
      if (failure) throw failure;
    },
  };
}

/** The error of a message that lacks what it takes to apply it. */
export function malformedError(what: string, field: string): DatastreamError {
  return new DatastreamError('MALFORMED_MESSAGE', `Received: ${what} without "${field}"`, { retryable: true });
}
