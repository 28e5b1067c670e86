import type { Flag } from '../entities';
import { fieldsOf } from './adopt';
import type { ChangeOf } from './change';
import type { Cursor } from './cursor';
import { keysOf } from './lookup';
import { mergeUser } from './merge';
import { createPopulation, malformedError } from './population';
import type { Source, SourceSettings } from './source';

const FLAG = 'rulesengine.Flag';
const FLAGS = 'rulesengine.Flags';

/** All flags. */
export interface Flags extends Source<Flag> {
  readonly get: (key: string) => Flag | undefined;
}

/** Follows all flags, and knows whether they are all here. */
export function followFlags({ send, pageSize, changed }: SourceSettings<ChangeOf<typeof FLAG, Flag>>): Flags {
  // No message carries a part of a flag.
  const population = createPopulation<typeof FLAG, Flag>(FLAG, 'key', mergeUser, changed);
  const { held, get, put, removeNamed, replace } = population;
  const cursor: Cursor = {};
  /** Whether the whole set came since it was last in doubt. */
  let isFresh = false;
  /** The pages of a snapshot so far, of which nothing is seen before the last one is here. */
  let pages: unknown[] | undefined;
  /** What live messages have told since the first page, and the later ones may not know: of which flag, and the flag. */
  let amendments: [named: unknown, now: unknown[]][] = [];

  /** Takes in a page, or a set that has none and is a page of its own. */
  const receive = (flags: unknown[], pagination: unknown): void => {
    const { has_more, page } = fieldsOf(pagination);
    if (!(Number(page) > 1)) {
      pages = [];
      amendments = [];
    }
    // Pages whose beginning went to another connection lead to nothing.
    const all = pages?.concat(flags);
    pages = has_more ? all : undefined;
    if (has_more || !all) return;
    isFresh = true;
    replace(amendments.reduce(amended, all));
  };

  const ask = (): void => {
    if (!isFresh) send({ action: 'start', entity_type: FLAGS, page_size: pageSize, replay_from: cursor.id });
  };
  const doubt = (): void => {
    isFresh = false;
    pages = undefined;
  };

  return {
    types: [FLAG, FLAGS],
    population,
    cursor,
    isFresh: () => isFresh,
    get: (key) => held.get(key) ?? get(keysOf({ key })),
    apply({ entity_type, message_type, data, pagination }) {
      if (message_type === 'delete') {
        for (const named of Array.isArray(data) ? data : [data]) {
          removeNamed(undefined, named);
          amendments.push([named, []]);
        }
      } else if (entity_type === FLAGS) {
        if (data !== null && !Array.isArray(data)) throw malformedError('flags', 'data');
        receive(data ?? [], pagination);
      } else if (message_type === 'full' || message_type === 'partial') {
        put(data);
        amendments.push([data, [data]]);
      }
      if (!pages) amendments = [];
    },
    ask,
    doubt,
    reload() {
      // A snapshot that has begun is of before; and where the server could not replay, there may come no other.
      const isNews = isFresh || pages !== undefined || cursor.id !== undefined;
      cursor.id = undefined;
      doubt();
      if (isNews) ask();
    },
  };
}

function amended(flags: unknown[], [named, now]: [unknown, unknown[]]): unknown[] {
  const { id = NaN, key = NaN } = fieldsOf(named);
  return flags.filter((flag) => fieldsOf(flag)['id'] !== id && fieldsOf(flag)['key'] !== key).concat(now);
}
