import { changesBetween } from './aspects.mjs';

const KINDS = {
  'rulesengine.Flag': 'flag',
  'rulesengine.Flags': 'flags',
  'rulesengine.Company': 'company',
  'rulesengine.User': 'user',
};

/** What the client has been told so far, and what each message changes in it. */
export class Replica {
  #held = { flag: new Map(), company: new Map(), user: new Map() };

  /**
   * Takes a message in, and returns the one event that tells of it: a `snapshot`, an `update`, a `refusal`, or a
   * `message` that means nothing here.
   *
   * @param {import('schematic-datastream-ws').DatastreamMessage} message
   * @param {boolean} isAnswer whether it was asked for, or came by itself
   */
  apply(message, isAnswer) {
    const { data, entity_type, message_type } = message;
    const kind = KINDS[entity_type];
    if (message_type === 'error') return refusal(data, entity_type);
    if (kind === 'flags' && (Array.isArray(data) || data === null)) return this.#replaceFlags(data ?? []);
    const id = kind === 'flag' ? data?.key : (message.entity_id ?? data?.id);
    if (!(kind in this.#held) || id === undefined) return { type: 'message', entity_type, message_type };
    if (message_type === 'delete') return this.#delete(kind, id, data);
    if (message_type === 'full') return isAnswer ? this.#answer(kind, id, data) : this.#set(kind, id, data);
    const previous = this.#held[kind].get(id);
    if (message_type !== 'partial' || !previous) return { type: 'message', entity_type, message_type, id };
    return this.#set(kind, id, merge(previous, data));
  }

  #replaceFlags(flags) {
    const again = this.#held.flag.size > 0;
    const given = new Set(flags.map(({ key }) => key));
    const gone = [...this.#held.flag.keys()].filter((key) => !given.has(key));
    const updates = [
      ...flags.map((flag) => this.#set('flag', flag.key, flag)),
      ...gone.map((key) => this.#delete('flag', key)),
    ].filter(({ action, changes }) => action !== 'changed' || changes.length > 0);
    return again
      ? { type: 'snapshot', entity: 'flags', again, count: flags.length, updates }
      : { type: 'snapshot', entity: 'flags', again, count: flags.length, flags };
  }

  #answer(kind, id, entity) {
    const { name, action, changes } = this.#set(kind, id, entity);
    const again = action !== 'added';
    return { type: 'snapshot', entity: kind, name, again, ...(again ? { changes } : { [kind]: entity }) };
  }

  #set(kind, id, entity) {
    const previous = this.#held[kind].get(id);
    this.#held[kind].set(id, entity);
    const subject = { type: 'update', entity: kind, name: nameOf(entity, id) };
    if (!previous) return { ...subject, action: 'added', [kind]: entity };
    return { ...subject, action: 'changed', changes: changesBetween(kind, previous, entity) };
  }

  #delete(kind, id, entity = this.#held[kind].get(id)) {
    this.#held[kind].delete(id);
    return { type: 'update', entity: kind, name: nameOf(entity, id), action: 'deleted' };
  }
}

function refusal(data, entityType) {
  return {
    type: 'refusal',
    entity: KINDS[data?.entity_type ?? entityType] ?? 'unknown',
    keys: data?.keys,
    message: data?.error,
  };
}

function nameOf(entity, id) {
  return entity?.key ?? entity?.keys?.slug ?? Object.values(entity?.keys ?? {})[0] ?? id;
}

/** A partial has only the fields that changed. Some of them replace, these add to what is held (protocol, section 3.3). */
function merge(held, partial) {
  const merged = { ...held, ...partial };
  if (partial.keys) merged.keys = { ...held.keys, ...partial.keys };
  if (partial.credit_balances) merged.credit_balances = { ...held.credit_balances, ...partial.credit_balances };
  if (partial.metrics) merged.metrics = mergeMetrics(held.metrics ?? [], partial.metrics);
  return merged;
}

function mergeMetrics(held, incoming) {
  const identity = ({ event_subtype, period, month_reset }) => `${event_subtype}/${period}/${month_reset}`;
  return [...new Map([...held, ...incoming].map((each) => [identity(each), each])).values()];
}
