import type { ServerConnection } from '../../src/testing';
import { recordFault } from './fault-ledger';
import { Journal } from './journal';

/** What became of the messages that a server has sent. */
export interface Tally {
  sent: number;
  /** Those that must have reached the client, since a later one of the same connection did, but not its handler. */
  lost: number;
  outOfOrder: number;
  duplicated: number;
  /** Those behind the last that came of a connection: cut off in mid-air when the connection ended. */
  cutOff: number;
}

interface Numbered {
  connection: number;
  n: number;
}

/** Messages that carry a number, so that what a fault does to them can be counted. */
export class NumberedMessages {
  /** What the handler got, in order. */
  readonly received = new Journal<Numbered>();
  /** How many were sent on each connection. */
  readonly #sent = new Map<Pick<ServerConnection, 'push'>, number>();
  readonly #arrived = new Set<string>();

  /** Bound, to be handed over as the `messageHandler`. */
  readonly handler = (message: unknown): void => {
    const { numbered } = message as { numbered?: Numbered };
    if (!numbered) return;
    this.#arrived.add(key(numbered));
    this.received.add(numbered);
  };

  /** Sends so many more on a connection; resolves when the handler has got the last of them. */
  async send(connection: Pick<ServerConnection, 'push'>, count = 1, ballast = ''): Promise<void> {
    const before = this.#sent.get(connection) ?? 0;
    this.#sent.set(connection, before + count);
    const id = [...this.#sent.keys()].indexOf(connection);
    for (let n = before; n < before + count; n += 1) {
      connection.push({ entity_type: 'test', message_type: 'full', numbered: { connection: id, n }, ballast });
    }
    const last = key({ connection: id, n: before + count - 1 });
    await this.received.until(() => this.#arrived.has(last));
  }

  tally(): Tally {
    const tally: Tally = { sent: 0, lost: 0, outOfOrder: 0, duplicated: 0, cutOff: 0 };
    const arrived = [...this.#sent.keys()].map(() => new Set<number>());
    let latest: Numbered = { connection: 0, n: -1 };
    for (const each of this.received.all) {
      const numbers = arrived[each.connection];
      if (numbers?.has(each.n)) tally.duplicated += 1;
      else if (isBefore(each, latest)) tally.outOfOrder += 1;
      else latest = each;
      numbers?.add(each.n);
    }
    for (const [id, sent] of [...this.#sent.values()].entries()) {
      const numbers = [...(arrived[id] ?? [])];
      const reached = numbers.reduce((most, n) => Math.max(most, n + 1), 0);
      tally.sent += sent;
      tally.lost += reached - numbers.length;
      tally.cutOff += sent - reached;
    }
    return tally;
  }

  /** Writes down a fault that the client of these messages has survived. */
  record(fault: string, injected = 1): void {
    const { sent, lost, outOfOrder, duplicated } = this.tally();
    recordFault({ fault, injected, survived: injected, sent, lost, outOfOrder, duplicated });
  }
}

function key({ connection, n }: Numbered): string {
  return `${connection}:${n}`;
}

function isBefore(one: Numbered, other: Numbered): boolean {
  return one.connection < other.connection || (one.connection === other.connection && one.n < other.n);
}
