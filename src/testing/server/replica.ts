import { DatastreamError, InvalidOptionError } from '../../errors';
import { COMPANY, FLAG, FLAGS, USER, isFields, type Fields, type WireMessage } from './entities';
import type { EntityDeletion, FlagDeletion } from './deletions';
import { mergeCompany, mergeUser } from './merge';

/** The flags, companies and users that the server holds; every change returns the message that tells of it. */
export class Replica {
  // `null` is what a Go server sends for a slice that was never filled.
  #flags: Map<string, Fields> | null = new Map();
  readonly companies = new Population(COMPANY, 'company', mergeCompany);
  readonly users = new Population(USER, 'user', mergeUser);

  get flags(): Fields[] | null {
    return this.#flags && [...this.#flags.values()];
  }

  flag(key: string): Fields | undefined {
    return this.#flags?.get(key);
  }

  setFlag(flag: object): WireMessage {
    const held = wireCopy(flag, 'flag', 'key');
    this.#flags ??= new Map();
    this.#flags.set(held.name, held.fields);
    return { data: held.fields, entity_type: FLAG, message_type: 'full' };
  }

  setFlags(flags: readonly object[] | null): WireMessage {
    this.#flags = null;
    if (flags) {
      const held = flags.map((flag) => wireCopy(flag, 'flags', 'key'));
      this.#flags = new Map(held.map(({ name, fields }) => [name, fields]));
    }
    return { data: this.flags, entity_id: null, entity_type: FLAGS, message_type: 'full' };
  }

  deleteFlag(key: string, { by = 'data' }: FlagDeletion = {}): WireMessage {
    const flag = this.flag(key);
    if (!flag) throw new DatastreamError('NOT_FOUND', `The server holds no flag "${key}"`);
    this.#flags?.delete(key);
    return { data: by === 'data' ? flag : { [by]: flag[by] }, entity_type: FLAG, message_type: 'delete' };
  }
}

/** All companies or all users: found by id and by any of their keys. */
export class Population {
  readonly entityType: string;
  readonly #noun: string;
  readonly #merge: (entity: Fields, partial: Fields) => Fields;
  readonly #byId = new Map<string, Fields>();

  constructor(entityType: string, noun: string, merge: (entity: Fields, partial: Fields) => Fields) {
    this.entityType = entityType;
    this.#noun = noun;
    this.#merge = merge;
  }

  get(id: string): Fields | undefined {
    return this.#byId.get(id);
  }

  /** The id of the first entity that one of the keys names. Names and values fold their case, as the clients' do. */
  find(keys: Record<string, string>): string | undefined {
    for (const key of Object.entries(keys)) {
      const wanted = fold(key);
      for (const [id, entity] of this.#byId) {
        const own = isFields(entity['keys']) ? Object.entries(entity['keys']) : [];
        if ([['id', id] as const, ...own].some((each) => fold(each) === wanted)) return id;
      }
    }
    return undefined;
  }

  set(entity: object): WireMessage {
    const held = wireCopy(entity, this.#noun, 'id');
    this.#byId.set(held.name, held.fields);
    return this.#message('full', held.name, held.fields);
  }

  update(id: string, partial: object): WireMessage {
    const entity = this.#held(id);
    const changes = JSON.parse(JSON.stringify(partial)) as Fields;
    if ('id' in changes && changes['id'] !== id) {
      throw new InvalidOptionError('id', `A partial cannot rename ${this.#noun} "${id}" to "${String(changes['id'])}"`);
    }
    this.#byId.set(id, this.#merge(entity, changes));
    return this.#message('partial', id, changes);
  }

  delete(id: string, { by = 'both' }: EntityDeletion = {}): WireMessage {
    const entity = this.#held(id);
    this.#byId.delete(id);
    const { data, entity_id, ...rest } = this.#message('delete', id, entity);
    return { ...(by !== 'entity_id' && { data }), entity_id: by === 'data' ? null : entity_id, ...rest };
  }

  #held(id: string): Fields {
    const entity = this.#byId.get(id);
    if (!entity) throw new DatastreamError('NOT_FOUND', `The server holds no ${this.#noun} "${id}"`);
    return entity;
  }

  #message(message_type: string, entity_id: string, data: Fields): WireMessage {
    return { data, entity_id, entity_type: this.entityType, message_type };
  }
}

function fold([name, value]: readonly [string, unknown]): string {
  return JSON.stringify([name.toLowerCase(), String(value).toLowerCase()]);
}

// A copy, so that what a test does to its object afterwards does not change what the server holds.
function wireCopy(entity: object, option: string, nameField: 'id' | 'key'): { name: string; fields: Fields } {
  const fields = isFields(entity) ? (JSON.parse(JSON.stringify(entity)) as Fields) : {};
  const name = fields[nameField];
  if (typeof name === 'string' && name !== '') return { name, fields };
  throw new InvalidOptionError(
    option,
    `Option "${option}" needs a non-empty string as "${nameField}", got ${String(name)}`,
  );
}
