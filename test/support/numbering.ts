import type { ServerConnection } from '../../src/testing';
import type { Tally } from './tally';

/** Pushes numbered messages on the connections of a server in this process, and tells the tally. */
export class Numbering {
  readonly #tally: Tally;
  readonly #names = new Map<ServerConnection, string>();
  readonly #sent = new Map<ServerConnection, number>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Connections are named by their place. */
  name(connection: ServerConnection): string {
    const name = this.#names.get(connection) ?? `connection ${this.#names.size}`;
    this.#names.set(connection, name);
    return name;
  }

  /** The frame of the next message on a connection, which is sent as it is or in pieces; `size` pads it. */
  next(connection: ServerConnection, size = 0): string {
    const c = this.name(connection);
    const n = this.#sent.get(connection) ?? 0;
    this.#sent.set(connection, n + 1);
    this.#tally.sent(c, n + 1);
    return JSON.stringify({ c, n, padding: 'x'.repeat(size) });
  }

  /** Sends the next so many; the promise resolves when the handler has got the last of them. */
  push(connection: ServerConnection, count: number, size = 0): Promise<void> {
    for (let left = count; left > 0; left--) connection.send(this.next(connection, size));
    return this.#tally.caughtUp(this.name(connection));
  }
}
