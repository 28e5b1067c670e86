import type { ServerConnection } from '../../src/testing';
import { recordFault } from './fault-ledger';
import type { Journal } from './journal';
import { Numbering } from './numbering';
import { NOTHING_WRONG, Tally, type Count, type Numbered } from './tally';

/** Numbered messages between a server of this process and a client, from the sending to the record of what became of them. */
export class NumberedMessages {
  readonly #tally = new Tally();
  readonly #numbering = new Numbering(this.#tally);
  readonly #connections = new Map<string, ServerConnection>();
  /** To be handed over as the `messageHandler`. */
  readonly handler = this.#tally.handle;

  /** What the handler got, in order. */
  get received(): Journal<Numbered> {
    return this.#tally.received;
  }

  /** Sends the next so many on a connection; the promise resolves when the handler has got the last of them. */
  send(connection: ServerConnection, count = 1, size = 0): Promise<void> {
    this.#connections.set(this.#numbering.name(connection), connection);
    return this.#numbering.push(connection, count, size);
  }

  /** What became of them by now; only a connection that has ended can have been cut. */
  count(): Count {
    return this.#tally.count((name) => this.#connections.get(name)?.isOpen === false);
  }

  /** Writes down what a fault did to them and to their client, which has to be ready again, or still. */
  record(fault: string, client: { isReady(): boolean }): void {
    recordFault({ fault, injected: 1, survived: client.isReady() ? 1 : 0, ...this.count() });
  }
}

/** The count when all that was sent came, once and in order. */
export function allOf(sent: number): Count {
  return { sent, cutOff: 0, ...NOTHING_WRONG };
}
