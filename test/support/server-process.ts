import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Journal } from './journal';
import type { Tally } from './tally';

const SCRIPT = join(__dirname, 'numbering-server.child.mjs');

/** What the process tells of its connections, by their names. */
interface Report {
  /** Messages sent so far. */
  sent?: Record<string, number>;
  /** A connection whose close handshake is complete. */
  closed?: string;
}

/** Where a server process listens. */
export interface ServerPlace {
  /** @default '127.0.0.1' */
  host?: string;
  /** Zero picks a free one. @default 0 */
  port?: number;
  /** What the process is started with, to be somewhere else: `['ip', 'netns', 'exec', name]`. */
  within?: readonly string[];
}

/** A server in a process of its own, which sends numbered messages, can stand still, and can be killed. */
export class ServerProcess {
  readonly host: string;
  readonly pid: number;
  #port = 0;
  readonly #process: ChildProcess;
  readonly #tally: Tally;
  /** How many messages were sent on each connection, whenever some were. */
  readonly #sent = new Journal<Record<string, number>>();
  readonly #closed = new Set<string>();
  readonly #ended: Promise<void>;

  /** Resolves when the server listens. */
  static async start(tally: Tally, { host = '127.0.0.1', port = 0, within = [] }: ServerPlace = {}) {
    const server = new ServerProcess([...within, process.execPath, SCRIPT, host, String(port)], host, tally);
    await server.#listening();
    return server;
  }

  private constructor([program = '', ...args]: string[], host: string, tally: Tally) {
    const env = { ...process.env, NODE_OPTIONS: '' };
    this.#process = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#ended = new Promise((resolve) => this.#process.once('close', () => resolve()));
    this.#process.on('message', (report) => this.#read(report as Report));
    this.host = host;
    this.pid = this.#process.pid ?? 0;
    this.#tally = tally;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${this.host}:${this.#port}`;
  }

  /** Whether it is a connection of this server that has that name in numbered messages. */
  accepted(connection: string): boolean {
    return connection.startsWith(`${this.pid}/`);
  }

  /** Whether a connection of this server ended with a close frame that its client has answered: all was received. */
  hasClosed(connection: string): boolean {
    return this.#closed.has(connection);
  }

  /** Pushes so many messages on every open connection; resolves when they are on their way. */
  async push(count: number, size = 0): Promise<void> {
    const report = this.#sent.at(this.#sent.length);
    this.#process.send({ command: 'push', count, size });
    await report;
  }

  /** As `push`, and resolves when the handler has got those of the youngest connection. */
  async deliver(count: number, size = 0): Promise<void> {
    await this.push(count, size);
    await this.#tally.caughtUp(Object.keys(this.#sent.all.at(-1) ?? {}).at(-1) ?? '');
  }

  /** Pushes so many messages again and again, until the end. */
  stream(count: number, every: number): void {
    this.#process.send({ command: 'stream', count, every });
  }

  /** Stands still: the kernel goes on answering for it, and nothing else does. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** Closes every connection with 1012, and ends. */
  async end(): Promise<void> {
    this.#process.send({ command: 'end' });
    await this.#ended;
  }

  /** Kills it. */
  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  #read({ sent, closed }: Report): void {
    for (const [connection, count] of Object.entries(sent ?? {})) this.#tally.sent(connection, count);
    if (sent) this.#sent.add(sent);
    if (closed !== undefined) this.#closed.add(closed);
  }

  async #listening(): Promise<void> {
    const listening = new Promise<void>((resolve) =>
      this.#process.once('message', ({ port }: { port: number }) => {
        this.#port = port;
        resolve();
      }),
    );
    const failed = this.#ended.then(() => {
      throw new Error('The server process ended before it listened');
    });
    await Promise.race([listening, failed]);
  }
}
