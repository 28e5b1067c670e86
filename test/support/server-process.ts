import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Tally } from './tally';

const SCRIPT = join(__dirname, 'numbering-server.child.mjs');

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
  #youngest = '';
  readonly #process: ChildProcess;
  readonly #tally: Tally;
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
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.on('message', ({ sent = {} }: { sent?: Record<string, number> }) => {
      for (const [connection, count] of Object.entries(sent)) tally.sent(connection, count);
      this.#youngest = Object.keys(sent).at(-1) ?? '';
    });
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

  /** The name of a connection in numbered messages, 0 being the first on which some were pushed. */
  connection(index: number): string {
    return `${this.pid}/${index}`;
  }

  /** Pushes so many messages on every open connection; resolves when they are on their way. */
  async push(count: number, size = 0): Promise<void> {
    const sent = new Promise((resolve) => this.#process.once('message', resolve));
    this.#process.send({ command: 'push', count, size });
    await sent;
  }

  /** As `push`, and resolves when the handler has got those of the youngest connection. */
  async deliver(count: number, size = 0): Promise<void> {
    await this.push(count, size);
    await this.#tally.caughtUp(this.#youngest);
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
