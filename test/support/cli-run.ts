import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Journal } from './journal';

const CLI = resolve(__dirname, '../../dist/cli.js');

/** The key that a run has in its environment unless it is given another. */
export const CLI_KEY = 'key-of-the-command-line';

/** The built command line in a process of its own. */
export class Run {
  readonly lines = new Journal<string>();
  readonly notes = new Journal<string>();
  readonly exitCode: Promise<number | null>;
  readonly #process: ChildProcess;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = { SCHEMATIC_API_KEY: CLI_KEY }) {
    const bare = { PATH: process.env['PATH'], ...env };
    this.#process = spawn(process.execPath, [CLI, ...args], { env: bare, stdio: ['ignore', 'pipe', 'pipe'] });
    collect(this.#process.stdout, this.lines);
    collect(this.#process.stderr, this.notes);
    this.exitCode = new Promise((done) => this.#process.once('close', (code) => done(code)));
    running.add(this);
  }

  get text(): string {
    return [...this.lines.all, ...this.notes.all].join('\n');
  }

  /** What every user of the machine sees of it; on Linux alone. */
  get commandLine(): string {
    return readFileSync(`/proc/${this.#process.pid}/cmdline`, 'utf8');
  }

  interrupt(signal: NodeJS.Signals = 'SIGINT'): void {
    this.#process.kill(signal);
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.exitCode;
  }
}

const running = new Set<Run>();

function collect(stream: NodeJS.ReadableStream | null, journal: Journal<string>): void {
  let rest = '';
  stream?.on('data', (data: Buffer) => {
    const lines = (rest + data.toString()).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(journal.add);
  });
}

/** Ends all that a test has left running. */
export async function stopRuns(): Promise<void> {
  await Promise.all([...running].map((run) => run.stop()));
  running.clear();
}
