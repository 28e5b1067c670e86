import type { Company, Flag, User } from '../entities';

/** A change of an entity of one type. */
export interface ChangeOf<Type extends string, Entity> {
  /** What was changed, by its name on the wire. */
  readonly entityType: Type;
  /** What it is held under: the id of a company or user, the key of a flag. */
  readonly id: string;
  /** What was held, unless it is new. */
  readonly previous?: Entity;
  /** What is held now, unless it is no more. */
  readonly current?: Entity;
}

/** One entity that was added, replaced or removed; a test of `entityType` narrows it. */
export type StoreChange =
  ChangeOf<'rulesengine.Flag', Flag> | ChangeOf<'rulesengine.Company', Company> | ChangeOf<'rulesengine.User', User>;

/** The types of entity that a store holds. */
export type StoredType = StoreChange['entityType'];
/** Those that it holds one by one, as they are asked for. */
export type FollowedType = Exclude<StoredType, 'rulesengine.Flag'>;

/** Keeps the latest change of each entity. To its reader, that changes from what it last read of it, or not at all. */
export function keepLatest(kept: Map<unknown, StoreChange>, change: StoreChange): void {
  const name = change.entityType + change.id;
  const missed = kept.get(name);
  const latest = missed ? ({ ...change, previous: missed.previous } as StoreChange) : change;
  if (latest.previous === latest.current) kept.delete(name);
  else kept.set(name, latest);
}
