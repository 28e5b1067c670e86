import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Journal } from '../../support/journal';

interface Reply {
  id: number;
  result?: unknown;
}

/** Who is connected to a `FleetServer`, and follows what. */
export interface FleetConnection {
  apiKey: string;
  subscriptions: { entity_type: string; entity_id?: string }[];
}

/** A datastream server in a process of its own, with a company for each client of a fleet. */
export class FleetServer {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #replies: Journal<Reply>;
  #calls = 0;

  static async start(clients: number): Promise<FleetServer> {
    const child = fork(join(__dirname, 'fleet-server.child.mjs'), [String(clients)], { execArgv: [] });
    const replies = new Journal<Reply>();
    child.on('message', replies.add);
    const server = new FleetServer(child, replies, String((await replies.at(0)).result));
    await server.#call('change', 0);
    return server;
  }

  private constructor(child: ChildProcess, replies: Journal<Reply>, url: string) {
    this.#process = child;
    this.#replies = replies;
    this.url = url;
  }

  /** Drops all clients at once, and gives every company so many credits before one of them is back. */
  async drop(credits: number): Promise<void> {
    await this.#call('drop', credits);
  }

  /** As `drop`, and does not listen for a while; resolves when it does again. */
  async restart(downFor: number, credits: number): Promise<void> {
    await this.#call('restart', { downFor, credits });
  }

  /** Pushes a message with a number to everyone. */
  async push(n: number): Promise<void> {
    await this.#call('push', n);
  }

  /** When each upgrade request came, in milliseconds since the epoch. */
  async arrivals(): Promise<number[]> {
    return (await this.#call('arrivals')) as number[];
  }

  async connections(): Promise<FleetConnection[]> {
    return (await this.#call('connections')) as FleetConnection[];
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }

  async #call(command: string, argument?: unknown): Promise<unknown> {
    const id = (this.#calls += 1);
    this.#process.send({ id, command, argument });
    return (await this.#replies.find((reply) => reply.id === id)).result;
  }
}
