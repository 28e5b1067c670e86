import { Journal } from './journal';

/** One numbered message: `n` counts from 0 on each connection `c` of a server. */
export interface Numbered {
  c: string;
  n: number;
}

/** What became of numbered messages. */
export interface Count {
  /** Messages that the server sent on connections while they were open. */
  sent: number;
  /** Those that the client's machine received and its handler did not get. */
  lost: number;
  /** Those that a fault cut off on their way: the gap of at-most-once delivery, and no loss. */
  cutOff: number;
  outOfOrder: number;
  duplicated: number;
}

/** What is true of a client that promises what it should. */
export const NOTHING_WRONG = { lost: 0, outOfOrder: 0, duplicated: 0 };

/**
 * Holds numbered messages that a server sent against those that a handler got.
 *
 * TCP delivers in order, which tells a loss from a cut: a number below the highest that arrived on its connection was
 * received, and is lost if the handler did not get it. Above the highest it is cut off, but only on a connection that
 * the test has cut; on any other it is lost.
 */
export class Tally {
  /** What the handler got, in order. */
  readonly received = new Journal<Numbered>();
  readonly #sent = new Map<string, number>();
  /** One more than the highest number that has come, by connection. */
  readonly #arrived = new Map<string, number>();

  /** A message handler. */
  readonly handle = (message: unknown): void => {
    if (!isNumbered(message)) return;
    this.#arrived.set(message.c, Math.max(this.#arrived.get(message.c) ?? 0, message.n + 1));
    this.received.add(message);
  };

  /** The server has sent so many messages on a connection by now. */
  sent(connection: string, count: number): void {
    this.#sent.set(connection, count);
  }

  /** Resolves when the handler has got what has been sent so far on a connection, or else something later of it. */
  caughtUp(connection: string): Promise<void> {
    const sent = this.#sent.get(connection) ?? 0;
    return this.received.until(() => (this.#arrived.get(connection) ?? 0) >= sent);
  }

  /** @param isCut - whether the fault cut this connection, so that its last messages may be missing */
  count(isCut: (connection: string) => boolean = () => false): Count {
    const count = { sent: 0, lost: 0, cutOff: 0, ...this.#sequence() };
    const received = this.#byConnection();
    for (const connection of new Set([...this.#sent.keys(), ...received.keys()])) {
      const arrived = this.#arrived.get(connection) ?? 0;
      // A server that is killed sends messages that it can no longer report.
      const sent = Math.max(this.#sent.get(connection) ?? 0, arrived);
      count.sent += sent;
      count.lost += arrived - (received.get(connection)?.size ?? 0);
      count[isCut(connection) ? 'cutOff' : 'lost'] += sent - arrived;
    }
    return count;
  }

  #sequence(): Pick<Count, 'outOfOrder' | 'duplicated'> {
    const left = new Set<string>();
    const seen = new Set<string>();
    let last: Numbered | undefined;
    let [outOfOrder, duplicated] = [0, 0];
    for (const message of this.received.all) {
      if (last && last.c !== message.c) left.add(last.c);
      const name = `${message.c}/${message.n}`;
      if (seen.has(name)) duplicated++;
      else if (left.has(message.c) || (last?.c === message.c && message.n < last.n)) outOfOrder++;
      seen.add(name);
      last = message;
    }
    return { outOfOrder, duplicated };
  }

  #byConnection(): Map<string, Set<number>> {
    const numbers = new Map<string, Set<number>>();
    for (const { c, n } of this.received.all) numbers.set(c, (numbers.get(c) ?? new Set()).add(n));
    return numbers;
  }
}

function isNumbered(message: unknown): message is Numbered {
  return typeof message === 'object' && message !== null && 'c' in message && 'n' in message;
}
