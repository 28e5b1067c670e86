import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { rejection } from './watch';

const CLIENT = join(__dirname, '../integration/official-sdk.client.mjs');

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

/** Schematic's own SDK in its own process, asked one thing at a time. */
export class OfficialSdk {
  readonly exited: Promise<unknown[]>;
  /** What the SDK logged as an error. */
  complaints = '';
  readonly #process: ChildProcess;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  #calls = 0;

  constructor(url: string) {
    this.#process = fork(CLIENT, [url], { execArgv: [], silent: true });
    this.#process.stderr?.on('data', (text: Buffer) => (this.complaints += text.toString()));
    this.#process.on('message', (reply: Reply) => this.#reply(reply));
    this.#process.once('exit', (code) => {
      for (const id of [...this.#replies.keys()]) this.#reply({ id, error: `The SDK's process exited with ${code}` });
    });
    this.exited = once(this.#process, 'close');
  }

  async call(command: string, args: object = {}): Promise<unknown> {
    const id = (this.#calls += 1);
    const reply = new Promise<Reply>((resolve) => this.#replies.set(id, resolve));
    this.#process.send({ id, command, ...args });
    const { error, result } = await reply;
    if (error !== undefined) throw new Error(error);
    return result;
  }

  /** Waits until the SDK has handled all that was pushed before: answers on one connection come in order. */
  async caughtUp(): Promise<void> {
    const error = await rejection(this.call('company', { keys: { id: `nobody_${this.#calls}` } }));
    if (!error.message.includes('not found')) throw error;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #reply(reply: Reply): void {
    this.#replies.get(reply.id)?.(reply);
    this.#replies.delete(reply.id);
  }
}
