import { COMPANIES, COMPANY, FLAG, FLAGS, USER, USERS, isFields, type WireMessage } from './entities';

/** What one connection follows: all flags, all companies, all users, or one entity. */
export interface Subscription {
  /** All flags, companies or users, or the type of one entity. */
  readonly entity_type: string;
  /** Present for one company or user. */
  readonly entity_id?: string;
}

const PLURAL: Record<string, string> = { [FLAG]: FLAGS, [COMPANY]: COMPANIES, [USER]: USERS };

/** The subscriptions of one connection. */
export class Subscriptions {
  readonly #held = new Map<string, Subscription>();

  get all(): readonly Subscription[] {
    return [...this.#held.values()];
  }

  add(subscription: Subscription): void {
    this.#held.set(name(subscription), subscription);
  }

  remove(subscription: Subscription): void {
    this.#held.delete(name(subscription));
  }

  /** Whether a live message belongs to one of them. */
  cover({ entity_type, entity_id, data }: WireMessage): boolean {
    const whole = name({ entity_type: PLURAL[entity_type] ?? entity_type });
    // Some deletes name their entity in the data alone.
    const id = entity_id ?? (isFields(data) && typeof data['id'] === 'string' ? data['id'] : undefined);
    return this.#held.has(whole) || this.#held.has(name({ entity_type, entity_id: id }));
  }
}

function name({ entity_type, entity_id }: Subscription): string {
  return JSON.stringify([entity_type, entity_id ?? null]);
}
