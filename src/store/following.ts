import type { Keys } from '../entities';
import { nothing } from '../guarded';
import { demand } from '../option-error';
import { abortedError, type Signal } from '../signal';
import { fieldsOf } from './adopt';
import type { ChangeOf, FollowedType } from './change';
import { isWithin, keysOf } from './lookup';
import type { Merge } from './merge';
import { createPopulation, malformedError } from './population';
import { createRequests, errorFor } from './requests';
import type { Source, SourceSettings } from './source';

/** Given up so many times since, a thing is not talked about any more; and a connection may last for months. */
const MOST_FORGOTTEN = 1_000;

/** What is asked for one by one, by its keys. */
interface Keyed {
  readonly id: string;
  readonly keys?: Keys;
}

/** Single entities of one type. */
export interface Following<Entity extends Keyed> extends Source<Entity> {
  readonly peek: (keys: Keys) => Entity | undefined;
  /** From memory, or from the server. */
  readonly find: (keys: Keys, signal?: Signal) => Promise<Entity>;
  /** Gives up what the keys name. */
  readonly forget: (keys: Keys) => void;
}

/** Follows single entities of one type: asks for them, again on every connection, and applies what comes. */
export function followEach<Type extends FollowedType, Entity extends Keyed>(
  type: Type,
  merge: Merge,
  settings: SourceSettings<ChangeOf<Type, Entity>>,
): Following<Entity> {
  const send = (keys: Keys, action: 'start' | 'stop' = 'start'): boolean =>
    settings.send({ action, entity_type: type, keys });
  const population = createPopulation<Type, Entity>(type, 'id', merge, (change) => {
    if (!change.current) {
      unconfirmed.delete(change.id);
      asked.delete(change.id);
    }
    settings.changed(change);
  });
  const { held, get, idOf, put, update, remove, removeNamed } = population;
  const requests = createRequests<Entity>(settings, send);
  /** The ids of what may have changed unseen. */
  const unconfirmed = new Set<string>();
  /** By which keys callers asked for what is held. */
  const asked = new Map<string, Keys>();
  /** What was given up on this connection, on which the server may go on about it. */
  const forgotten = new Set<string>();

  /** Which connection this is, so that what began on another goes no further. */
  let losses = 0;

  const peek = (keys: Keys): Entity | undefined => get(keysOf({ keys }));

  const remember = (id: string, keys: Keys): unknown => asked.set(id, { ...asked.get(id), ...keys });

  const askFor = (id: string): void => {
    const entity = held.get(id);
    if (entity) send(subscribedBy(entity));
  };

  /** Tries one key after the other, and gives up what none of them leads to. */
  const seek = (id: string, [key, ...others]: [string, string][], of = losses): void => {
    const seekOn = () => seek(id, others, of);
    if (of !== losses || !unconfirmed.has(id)) return;
    if (key) {
      requests.ask(Object.fromEntries([key]), undefined, true).then(
        (entity) => entity.id !== id && seekOn(),
        (error: unknown) => fieldsOf(error)['code'] === 'NOT_FOUND' && seekOn(),
      );
    } else {
      remove(id);
      settings.settled();
    }
  };

  /** The keys of these lead elsewhere, or nowhere: those by which callers once asked may still lead to them. */
  const check = (ids: readonly string[]): void => {
    for (const id of ids) if (unconfirmed.has(id)) seek(id, Object.entries(asked.get(id) ?? { id }));
  };

  const answer = (entity: Entity): void => {
    if (requests.pending.size === 0) return;
    for (const request of requests.find(keysOf(entity))) {
      remember(entity.id, request.keys);
      // A stop may still undo what this answers, and a push from before it may look like the answer.
      if (forgotten.delete(entity.id)) {
        unconfirmed.add(entity.id);
        askFor(entity.id);
      }
      requests.settle(request, entity);
    }
  };

  const receive = (data: unknown): void => {
    const id = idOf(data);
    const names = keysOf(data);
    const robbed = population.claimants(names);
    const pending = requests.find(names);
    if (!forgotten.has(id) || pending.some(({ isWanted }) => isWanted)) {
      const entity = put(data);
      unconfirmed.delete(id);
      answer(entity);
    } else {
      // The store's own question, about what was given up meanwhile.
      for (const request of pending) requests.settle(request);
    }
    // What used to go by one of these keys may have been asked for by it.
    check(robbed);
  };

  const amend = (id: unknown, partial: unknown): void => {
    if (typeof id !== 'string') throw malformedError('partial', 'entity_id');
    if (forgotten.has(id)) return;
    const entity = update(id, partial);
    if (entity) answer(entity);
    else requests.ask({ id }).catch(nothing);
  };

  return {
    types: [type],
    population,
    cursor: {},
    isFresh: () => unconfirmed.size === 0,
    peek,
    async find(given, signal) {
      if (signal?.aborted) throw abortedError(signal);
      const keys = textsOf(given);
      const names = keysOf({ keys });
      demand(names.length > 0, 'keys', 'an object with a string', keys);
      const entity = get(names);
      if (!entity && population.find(names).length > 1) throw errorFor('KEY_CONFLICT', keys);
      if (!entity) return requests.ask({ ...keys }, signal);
      remember(entity.id, keys);
      return entity;
    },
    forget(keys) {
      const entity = peek(keys);
      if (!entity) return;
      remove(entity.id);
      forgotten.add(entity.id);
      if (forgotten.size > MOST_FORGOTTEN) forgotten.delete(forgotten.values().next().value ?? '');
      // Its keys may have gone to another meanwhile, which then would be the one that stops.
      send({ id: entity.id }, 'stop');
    },
    apply({ message_type, entity_id, data }) {
      if (message_type === 'full') receive(data);
      if (message_type === 'partial') amend(entity_id, data);
      if (message_type === 'delete') removeNamed(entity_id, data);
    },
    refuse(keys) {
      const names = keysOf({ keys });
      // Where other keys were asked for too, the answer to all of them is still to come.
      const refused = requests.find(names).filter((request) => isWithin(request.names, names));
      for (const request of refused) requests.settle(request);
      if (refused.length === 0) check(population.claimants(names));
    },
    ask() {
      unconfirmed.forEach(askFor);
      requests.send();
    },
    doubt() {
      for (const id of held.keys()) unconfirmed.add(id);
    },
    reload() {
      for (const id of held.keys()) {
        if (!unconfirmed.has(id)) askFor(id);
        unconfirmed.add(id);
      }
    },
    lose(error, isEnd) {
      for (const request of requests.pending) if (request.isSent || isEnd) requests.settle(request, undefined, error);
      forgotten.clear();
      losses++;
    },
  };
}

function subscribedBy({ id, keys }: Keyed): Keys {
  const texts = textsOf(keys);
  return Object.keys(texts).length > 0 ? texts : { id };
}

/** The keys that can be asked for: whatever else is among them would never be answered. */
function textsOf(keys: unknown): Keys {
  return Object.fromEntries(Object.entries(fieldsOf(keys)).filter(([, value]) => typeof value === 'string')) as Keys;
}
