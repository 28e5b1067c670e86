import type { WireMessage } from './entities';
import { isAfter } from './stream-ids';
import { Subscriptions, type Subscription } from './subscriptions';

/** The latest live messages, kept for clients that come back and say how far they got. */
export class ReplayLog {
  readonly #size: number;
  #messages: WireMessage[] = [];
  #forgotten = '0-0';

  /** @param size - how many messages it keeps; with none, `replay_from` means nothing to the server */
  constructor(size: number) {
    this.#size = size;
  }

  add(message: WireMessage): void {
    if (this.#size === 0) return;
    this.#messages.push(message);
    if (this.#messages.length > this.#size) this.#forgotten = this.#messages.shift()?.stream_id ?? this.#forgotten;
  }

  /** What a subscription missed since a message; where that is too long ago, word that all must be loaded again. */
  since(id: string, subscription: Subscription): WireMessage[] {
    if (this.#size === 0) return [];
    if (isAfter(this.#forgotten, id)) return [{ entity_type: subscription.entity_type, message_type: 'reload' }];
    const covered = new Subscriptions();
    covered.add(subscription);
    return this.#messages.filter((each) => each.stream_id && isAfter(each.stream_id, id) && covered.cover(each));
  }
}
