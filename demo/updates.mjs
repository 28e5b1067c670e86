import { changesBetween } from './aspects.mjs';

const KINDS = { 'rulesengine.Flag': 'flag', 'rulesengine.Company': 'company', 'rulesengine.User': 'user' };

/**
 * The event that tells of what a store has announced.
 *
 * @param {import('schematic-datastream-ws').StoreChange} change
 */
export function updateOf({ entityType, id, previous, current }) {
  const entity = KINDS[entityType];
  const update = { type: 'update', entity, name: nameOf(current ?? previous, id) };
  if (!current) return { ...update, action: 'deleted' };
  if (!previous) return { ...update, action: 'added', [entity]: current };
  return { ...update, action: 'changed', changes: changesBetween(entity, previous, current) };
}

/** What people call a flag, company or user. */
export function nameOf({ key, keys }, id) {
  return key ?? keys?.slug ?? Object.values(keys ?? {})[0] ?? id;
}

/** What has changed since it was last taken: from what it was then to what it is now, however often it did meanwhile. */
export class Backlog {
  #changes = new Map();

  add(change) {
    const name = change.entityType + change.id;
    const { previous } = this.#changes.get(name) ?? change;
    this.#changes.set(name, { ...change, previous });
  }

  take() {
    const changes = [...this.#changes.values()].filter(({ previous, current }) => previous !== current);
    this.#changes.clear();
    return changes.map(updateOf);
  }
}
