import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Whose client runs: the official SDK's, or the one of this package. */
export type ClientName = 'sdk' | 'ours';

/** What runs in the process: a client alone, or one that keeps what it receives. */
export type ChildScript = 'contestant' | 'replica';

/** How a client is set up in its process; the same for both. */
export interface Script {
  url: string;
  /** As many clients as this. @default 1 */
  clients?: number;
  /** Options that both have. */
  options?: { minReconnectDelay?: number; maxReconnectDelay?: number; maxReconnectAttempts?: number };
  /** Notes messages, notes them after up to 5 ms, merges them into a cache, or throws. @default 'note' */
  messageHandler?: 'note' | 'slow' | 'merge' | 'throw';
  /** Fails, or sends a request and waits for ever. @default none */
  readyHandler?: 'fail' | 'ask';
  /** How often the ready handler fails. */
  readyFailures?: number;
  /** Closes after so many messages, from inside the handler. */
  closeAt?: number;
  /** Whether the listener of `ready` throws. @default false */
  listenerThrows?: boolean;
  /** @default true */
  hearsErrors?: boolean;
}

/** What can be asked of a client: a command of its process, with arguments. */
export type Call = [command: string, args?: object];

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** The key that all of them use; to be found nowhere but on the wire. */
export const KEY = 'key-that-nobody-shows';

/** One of the two clients in a fresh process of its own. */
export class Contestant {
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  #calls = 0;
  #output = '';

  /** Resolves once the client is there; it has not started. */
  static async start(client: ClientName, script: Script, child: ChildScript): Promise<Contestant> {
    const contestant = new Contestant(client, script, child);
    await contestant.#reply(0);
    return contestant;
  }

  private constructor(client: ClientName, script: Script, childScript: ChildScript) {
    const argument = JSON.stringify({ client, apiKey: KEY, ...script });
    const child = fork(join(__dirname, `${childScript}.child.mjs`), [argument], { execArgv: [], silent: true });
    this.#process = child;
    child.on('message', (reply: Reply) => this.#replied(reply));
    child.on('exit', (code) => this.#fail(new Error(`The process of the client exited with ${code ?? 'a signal'}`)));
    child.stdout?.on('data', (data: Buffer) => (this.#output += data.toString()));
    this.exited = once(child, 'close').then(([code]) => code as number | null);
  }

  /** Makes the calls in one go, and answers as the last of them. */
  call<Result = null>(...calls: Call[]): Promise<Result> {
    const answer = this.#call<Result>(calls);
    // A process may die before anyone waits for the answer, as a scenario may mean it to.
    answer.catch(() => undefined);
    return answer;
  }

  /** Milliseconds from `close()` to the end of the process, which has ended by itself. */
  get exitDelay(): number {
    return this.#output === '' ? NaN : Number(this.#output);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exited;
  }

  async #call<Result>(calls: Call[]): Promise<Result> {
    const id = (this.#calls += 1);
    const reply = this.#reply(id);
    this.#process.send({ id, calls }, (error) => error && this.#fail(error));
    const { result, error } = await reply;
    if (error !== undefined) throw new Error(error);
    return result as Result;
  }

  #reply(id: number): Promise<Reply> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #replied(reply: Reply): void {
    this.#waiting.get(reply.id)?.resolve(reply);
    this.#waiting.delete(reply.id);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
