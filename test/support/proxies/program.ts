import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../journal';
import { pathOf } from '../requirement';

/** How a server program is run: in the foreground, with what it needs in a folder of its own. */
export interface Recipe {
  command: string;
  args: (folder: string) => string[];
  /** Its files by name, the configuration among them. */
  files: (port: number, folder: string) => Record<string, string>;
  /** The line that says that it listens. */
  listens: RegExp;
}

/** How often a start may find that somebody else has taken the port meanwhile. */
const STARTS = 5;

/** A server program of the machine, on a loopback port that was free. */
export class Program {
  readonly port: number;
  readonly #recipe: Recipe;
  readonly #folder: string;
  /** What it wrote to its standard output and error. */
  readonly #lines = new Journal<string>();
  readonly #processes = new Set<RunningProcess>();

  static async start(recipe: Recipe): Promise<Program> {
    for (let left = STARTS; ; left -= 1) {
      const program = new Program(recipe, await freePort());
      try {
        await program.run();
        return program;
      } catch (error) {
        await program.stop();
        if (left === 1 || !/in use/i.test(String(error))) throw error;
      }
    }
  }

  private constructor(recipe: Recipe, port: number) {
    this.#recipe = recipe;
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), `datastream-${recipe.command}-`));
    // The workers of a program that root has started are nobody.
    chmodSync(this.#folder, 0o711);
  }

  /** The process that was run last. */
  get pid(): number {
    return [...this.#processes].at(-1)?.pid ?? NaN;
  }

  /** Runs it with its files written anew: once more after `end`, or beside the process that it replaces. */
  async run(...moreArgs: string[]): Promise<void> {
    this.configure();
    const { listens } = this.#recipe;
    const isListening = this.nextLine(listens);
    const running = this.#spawn(moreArgs);
    const hasEnded = running.ended.then(() => {
      throw new Error(`${this.#recipe.command} did not start:\n${this.log()}`);
    });
    await Promise.race([isListening, hasEnded]);
    hasEnded.catch(() => undefined);
  }

  /** Writes its files anew, which it reads when it is told to. */
  configure(): void {
    for (const [name, text] of Object.entries(this.#recipe.files(this.port, this.#folder))) {
      writeFileSync(this.path(name), text, { mode: 0o600 });
    }
  }

  /** Runs the same program as a command, to its end. */
  async command(...moreArgs: string[]): Promise<void> {
    const exitCode = await this.#spawn(moreArgs).ended;
    if (exitCode !== 0) throw new Error(`${this.#recipe.command} ${moreArgs.join(' ')} failed:\n${this.log()}`);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** The next line from now on that matches. */
  async nextLine(pattern: RegExp): Promise<void> {
    const seen = this.#lines.length;
    await this.#lines.until(() => this.#lines.all.slice(seen).some((line) => pattern.test(line)));
  }

  /** Where a file of its folder is. */
  path(name: string): string {
    return join(this.#folder, name);
  }

  /** All that it has written, to its access log, too. */
  log(): string {
    const path = this.path('access.log');
    return [...this.#lines.all, existsSync(path) ? readFileSync(path, 'utf8') : ''].join('\n');
  }

  /** Ends its processes, as they are told to: by default in an orderly way, which ends connections, too. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    for (const running of this.#processes) running.end(signal);
    await Promise.all([...this.#processes].map(({ ended }) => ended));
  }

  /** Ends it, and leaves nothing of it. */
  async stop(): Promise<void> {
    await this.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #spawn(moreArgs: string[]): RunningProcess {
    const { command } = this.#recipe;
    const args = [...this.#recipe.args(this.#folder), ...moreArgs];
    const running = new RunningProcess(
      spawn(pathOf(command) ?? command, args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] }),
      this.#lines.add,
    );
    this.#processes.add(running);
    void running.ended.then(() => this.#processes.delete(running));
    return running;
  }
}

/** What a program that does not end when it is told to gets, in milliseconds, before it is killed. */
const END_TIMEOUT = 5_000;

class RunningProcess {
  readonly pid: number | undefined;
  /** Its exit code, when it and whoever shares its output have ended. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, heard: (line: string) => void) {
    this.#child = child;
    this.pid = child.pid;
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.on('data', (data: Buffer) => {
        const lines = (rest + data.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) heard(line);
      });
    }
    this.ended = new Promise((resolve) => {
      child.once('close', resolve);
      child.once('error', (error) => {
        heard(error.message);
        resolve(null);
      });
    });
  }

  end(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_TIMEOUT);
    void this.ended.then(() => clearTimeout(timer));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
