import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { Journal } from './journal';
import { lasting } from './lasting';

const ROOT = resolve(__dirname, '../..');

/** What every script starts with: the built package, a way to tell the test something, and how long the end takes. */
const PRELUDE = `
  const { DatastreamClient } = require(${JSON.stringify(resolve(ROOT, 'dist/index.cjs'))});
  const QUICK = {
    apiKey: process.env.API_KEY,
    messageHandler: () => undefined,
    minReconnectDelay: 20,
    maxReconnectDelay: 50,
  };
  const create = (options) => new DatastreamClient({ url: process.env.SERVER_URL, ...QUICK, ...options });
  const tell = (line) => console.log(line);
  const exitsFrom = () => {
    const start = performance.now();
    process.on('exit', () => tell('exit after ' + Math.round(performance.now() - start)));
  };
`;

/** A Node process of its own that runs a script with the built package. */
export class Child {
  /** The lines that the script has told. */
  readonly lines = new Journal<string>();
  /** How it ended, and what it wrote to stderr. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
  readonly #process: ChildProcess;
  readonly #stderr: string[] = [];

  /** `server` is where the clients of the script connect. */
  static run(script: string, server: { url: string }, more: NodeJS.ProcessEnv): Child {
    const env = { ...process.env, SERVER_URL: server.url, NODE_OPTIONS: '', ...more };
    return new Child(spawn(process.execPath, ['-e', PRELUDE + script], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /** As `run`, for a script that has a file of its own, with `args`; `node` are options of Node itself. */
  static runFile(
    file: string,
    args: readonly string[],
    server: { url: string },
    { env, node = [] }: { env?: NodeJS.ProcessEnv; node?: readonly string[] } = {},
  ): Child {
    const merged = { ...process.env, SERVER_URL: server.url, NODE_OPTIONS: '', ...env };
    return new Child(
      spawn(process.execPath, [...node, file, ...args], { env: merged, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  private constructor(child: ChildProcess) {
    this.#process = child;
    let rest = '';
    child.stderr?.on('data', (data: Buffer) => this.#stderr.push(data.toString()));
    child.stdout?.on('data', (data: Buffer) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.lines.add(line);
    });
    this.ended = new Promise((done) =>
      child.once('close', (code, signal) => done({ code, signal, stderr: this.#stderr.join('') })),
    );
  }

  /** What a signal is sent to. */
  get pid(): number {
    if (this.#process.pid === undefined) throw new Error('The process never started');
    return this.#process.pid;
  }

  /** All that it has written so far, by lines. */
  get output(): string[] {
    return [...this.lines.all, ...this.#stderr.join('').split('\n')];
  }

  /** Milliseconds between `exitsFrom()` in the script and its exit. */
  async exitDelay(): Promise<number> {
    await this.ended;
    const line = this.lines.all.find((each) => each.startsWith('exit after '));
    return line === undefined ? NaN : Number(line.slice('exit after '.length));
  }

  /** Stands still for so many milliseconds, as on a machine that sleeps. */
  async sleep(milliseconds: number): Promise<void> {
    this.#process.kill('SIGSTOP');
    await lasting(milliseconds);
    this.#process.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }
}
