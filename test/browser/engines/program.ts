import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_TIMEOUT = 30_000;
const STOP_TIMEOUT = 5_000;

/** How a program is started; `folder` is the one that it may write to. */
export interface Command {
  path: string;
  args: (folder: string) => string[];
  env?: NodeJS.ProcessEnv;
  /** Fills the folder before the start. */
  prepare?: (folder: string) => void;
}

/** A program that runs beside the tests, at home in a folder that goes with it. */
export class Program {
  readonly #path: string;
  readonly #folder: string;
  readonly #process: ChildProcess;
  /** When every process that could still write to our pipes has ended: the program and what it has started. */
  readonly #ended: Promise<void>;
  #output = '';
  #isOver = false;

  /** Starts a program and gets it going; if that fails, nothing stays. */
  static async start<Result>(command: Command, getGoing: (program: Program) => Promise<Result>): Promise<Result> {
    const program = new Program(command);
    try {
      return await getGoing(program);
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  private constructor({ path, args, env, prepare }: Command) {
    this.#path = path;
    this.#folder = mkdtempSync(join(tmpdir(), 'datastream-browser-'));
    prepare?.(this.#folder);
    // Not a process group of its own: an interrupt in the terminal has to reach it too.
    const child = spawn(path, args(this.#folder), {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...homeIn(this.#folder), ...env },
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => (this.#output += data.toString()));
    }
    child.on('error', (error) => (this.#output += error.message));
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    void this.#ended.then(() => (this.#isOver = true));
  }

  get pid(): number {
    return this.#process.pid ?? NaN;
  }

  /** What the first group of `pattern` finds in the output, as soon as it is there. */
  said(pattern: RegExp): Promise<string> {
    return this.until(() => pattern.exec(this.#output)?.[1], `says ${String(pattern)}`);
  }

  /** Looks again and again until there is a value; `what` completes "waits until the program ..." */
  async until<Value>(look: () => Value | undefined, what: string): Promise<Value> {
    const giveUpAt = Date.now() + START_TIMEOUT;
    for (;;) {
      const value = look();
      if (value !== undefined) return value;
      if (this.#isOver || Date.now() > giveUpAt) {
        throw new Error(`Waited in vain until ${this.#path} ${what}. It wrote:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends it, in a friendly way first, and removes its folder. */
  async stop(): Promise<void> {
    this.#process.kill();
    const killer = setTimeout(() => {
      this.#process.kill('SIGKILL');
      // What the program has started and left behind may hold these open for ever.
      for (const stream of [this.#process.stdout, this.#process.stderr]) stream?.destroy();
    }, STOP_TIMEOUT);
    await this.#ended;
    clearTimeout(killer);
    // What the program has started may still be writing when it is told to end.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/** Where programs keep their caches, settings and sockets, so that nothing of a user's is touched and nothing stays. */
function homeIn(folder: string): NodeJS.ProcessEnv {
  const names = ['HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR'];
  return Object.fromEntries(names.map((name) => [name, folder]));
}
