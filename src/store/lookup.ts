import { fieldsOf } from './adopt';

/** One name of something and its value, both in lower case. */
export type Key = readonly [name: string, value: string];

/** Every key that a thing goes by: its `id`, its `key` if it is a flag, and its `keys`. */
export function keysOf(named: unknown): Key[] {
  const { id, key, keys } = fieldsOf(named);
  const entries: [string, unknown][] = [['id', id], ['key', key], ...Object.entries(fieldsOf(keys))];
  return entries.flatMap(([name, value]) =>
    typeof value === 'string' ? [[name.toLowerCase(), value.toLowerCase()] as const] : [],
  );
}

/** Whether nothing that is asked for contradicts what a thing goes by. */
export function agrees(asked: readonly Key[], named: object): boolean {
  const known = keysOf(named);
  return asked.every(([name, value]) => {
    const values = known.filter(([other]) => other === name);
    return values.length === 0 || values.some(([, other]) => other === value);
  });
}

/** Finds things by any of their keys. */
export interface Lookup<Thing> {
  /** The last thing that claims a key has it. */
  readonly add: (keys: readonly Key[], thing: Thing) => void;
  /** A key that something else has claimed meanwhile stays. */
  readonly delete: (keys: readonly Key[], thing: Thing) => void;
  /** All that the keys name. */
  readonly find: (keys: readonly Key[]) => Thing[];
}

/** An empty lookup. It looks by name first, then by value, so that no two keys can look alike. */
export function createLookup<Thing>(): Lookup<Thing> {
  const names = new Map<string, Map<string, Thing>>();
  return {
    add(keys, thing) {
      for (const [name, value] of keys)
        names.set(name, (names.get(name) ?? new Map<string, Thing>()).set(value, thing));
    },
    delete(keys, thing) {
      for (const [name, value] of keys) if (names.get(name)?.get(value) === thing) names.get(name)?.delete(value);
    },
    find(keys) {
      const found = new Set<Thing>();
      for (const [name, value] of keys) {
        const thing = names.get(name)?.get(value);
        if (thing !== undefined) found.add(thing);
      }
      return [...found];
    },
  };
}
