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

/** Whether all of the keys are among the others. */
export function isWithin(keys: readonly Key[], others: readonly Key[]): boolean {
  return keys.every(([name, value]) => others.some((other) => other[0] === name && other[1] === value));
}

/** Finds things by any of their keys. */
export interface Lookup<Thing> {
  /** The last thing that claims a key has it. */
  readonly add: (keys: readonly Key[], thing: Thing) => void;
  /** What is given up falls to the last that still claims it. */
  readonly delete: (keys: readonly Key[], thing: Thing) => void;
  /** All that the keys name. */
  readonly find: (keys: readonly Key[]) => Thing[];
  /** All that claim one of the keys, those included from which something else has taken it. */
  readonly claimants: (keys: readonly Key[]) => Thing[];
}

/** An empty lookup. It looks by name first, then by value, so that no two keys can look alike. */
export function createLookup<Thing>(): Lookup<Thing> {
  const names = new Map<string, Map<string, Thing>>();
  /** Claims to what something else has claimed since: few, and for as long as news of them is on its way. */
  let robbed: [key: Key, thing: Thing][] = [];
  const get = ([name, value]: Key): Thing | undefined => names.get(name)?.get(value);
  const set = ([name, value]: Key, thing: Thing): unknown =>
    names.set(name, (names.get(name) ?? new Map<string, Thing>()).set(value, thing));
  const find = (keys: readonly Key[]): Thing[] => [...new Set(keys.map(get).filter((thing) => thing !== undefined))];
  const robbedOf = (keys: readonly Key[]) => robbed.filter(([key]) => isWithin([key], keys));
  return {
    add(keys, thing) {
      for (const key of keys) {
        const owner = get(key);
        if (owner !== undefined && owner !== thing) robbed.push([key, owner]);
        set(key, thing);
      }
    },
    delete(keys, thing) {
      for (const key of keys) {
        robbed = robbed.filter((claim) => claim[1] !== thing || !isWithin([key], [claim[0]]));
        if (get(key) !== thing) continue;
        names.get(key[0])?.delete(key[1]);
        const heir = robbedOf([key]).pop();
        if (!heir) continue;
        robbed = robbed.filter((claim) => claim !== heir);
        set(...heir);
      }
    },
    find,
    claimants: (keys) => [...new Set([...find(keys), ...robbedOf(keys).map(([, thing]) => thing)])],
  };
}
