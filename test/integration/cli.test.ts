import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatastreamServer } from '../../src/testing';
import { Journal } from '../support/journal';

const CLI = resolve(__dirname, '../../dist/cli.js');
const KEY = 'key-of-the-command-line';

/** The command line in a process of its own. */
class Run {
  readonly lines = new Journal<string>();
  readonly notes = new Journal<string>();
  readonly exitCode: Promise<number | null>;
  readonly #process: ChildProcess;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = { SCHEMATIC_API_KEY: KEY }) {
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

  interrupt(): void {
    this.#process.kill('SIGINT');
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

let server: DatastreamServer;

beforeEach(async () => {
  server = await DatastreamServer.start({
    apiKeys: [KEY],
    flags: [{ key: 'beta', default_value: false }],
    companies: [{ id: 'comp_1', keys: { slug: 'acme' } }],
  });
});

afterEach(async () => {
  await Promise.all([...running].map((run) => run.stop()));
  running.clear();
  await server.stop();
});

describe('tail', () => {
  it('shows what it was asked to follow, and what changes', async () => {
    const run = new Run(['tail', '--url', server.url, '--entity', 'flags,company:slug=acme']);
    await run.lines.find((line) => line.includes('full Company') && line.includes('comp_1'));
    server.setFlag({ key: 'beta', default_value: true });
    await run.lines.find((line) => line.includes('full Flag ') && line.includes('"beta"'));
    run.interrupt();
    expect(await run.exitCode).toBe(0);
  });

  it('writes the messages as they came with --json, and nothing else to standard output', async () => {
    const run = new Run(['tail', '--url', server.url, '--json']);
    await run.lines.at(0);
    run.interrupt();
    await run.exitCode;
    expect(run.lines.all.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { entity_type: 'rulesengine.Flags', message_type: 'full', data: [{ key: 'beta' }] },
    ]);
  });

  it('ends with exit code 1 when the key is rejected', async () => {
    const run = new Run(['tail', '--url', server.url], { SCHEMATIC_API_KEY: 'another-key' });
    expect(await run.exitCode).toBe(1);
    expect(run.text).toContain('UNAUTHORIZED');
    expect(run.text).not.toContain('another-key');
  });
});

describe('serve', () => {
  it('serves its samples to whoever has the key', async () => {
    const serving = new Run(['serve']);
    const tail = new Run(['tail', '--url', await serving.lines.at(0), '--entity', 'company:slug=acme']);
    expect(await tail.lines.at(0)).toContain('comp_acme');
    serving.interrupt();
    expect(await serving.exitCode).toBe(0);
  });

  it('serves what a file holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'datastream-cli-'));
    try {
      const file = join(folder, 'data.json');
      writeFileSync(file, JSON.stringify({ flags: [{ key: 'from-the-file', default_value: true }] }));
      const serving = new Run(['serve', '--data', file, '--open']);
      const tail = new Run(['tail', '--url', await serving.lines.at(0), '--json']);
      expect(await tail.lines.at(0)).toContain('from-the-file');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('doctor', () => {
  const results = (run: Run) =>
    run.lines.all.map((line) => {
      const { step, result } = JSON.parse(line) as { step: string; result: string };
      return `${step} ${result}`;
    });

  it('finds nothing wrong with a server that works', async () => {
    const run = new Run(['doctor', '--url', server.url, '--idle', '1', '--json']);
    expect(await run.exitCode).toBe(0);
    expect(results(run)).toEqual([...['DNS ok', 'TCP ok', 'upgrade ok', 'key ok', 'flags ok', 'ping ok', 'idle ok']]);
  });

  it('tells a rejected key from a server that is no datastream', async () => {
    const run = new Run(['doctor', '--url', server.url, '--json'], { SCHEMATIC_API_KEY: 'another-key' });
    expect(await run.exitCode).toBe(1);
    expect(results(run)).toEqual(['DNS ok', 'TCP ok', 'key failed']);

    server.faults.refuseUpgrades({ status: 404 });
    const lost = new Run(['doctor', '--url', server.url, '--json']);
    expect(await lost.exitCode).toBe(1);
    expect(lost.text).toContain('There is no datastream at this URL');
  });

  it('says when a connection that keeps still is cut, and what to do', async () => {
    const run = new Run(['doctor', '--url', server.url, '--idle', '600', '--json']);
    await run.notes.find((line) => line.includes('keeping still'));
    await server.connection(1);
    server.faults.terminateAll();
    expect(await run.exitCode).toBe(0);
    expect(run.text).toMatch(/cut after \d+ s without traffic/);
    expect(run.text).toContain('pingInterval');
  });

  it('says when nobody listens', async () => {
    const port = server.port;
    await server.stop();
    const run = new Run(['doctor', '--url', `http://127.0.0.1:${port}`, '--json']);
    expect(await run.exitCode).toBe(1);
    expect(results(run)).toEqual(['DNS ok', 'TCP failed']);
  });
});

it('answers a wrong command line with exit code 2 and says where help is', async () => {
  const run = new Run(['tail', '--url', 'ftp://nowhere']);
  expect(await run.exitCode).toBe(2);
  expect(run.text).toContain('--help');
});

it('shows help and version', async () => {
  const [help, version] = [new Run(['--help']), new Run(['--version'])];
  expect(await help.exitCode).toBe(0);
  expect(help.text).toContain('SCHEMATIC_API_KEY');
  expect(await version.exitCode).toBe(0);
  expect(version.text).toMatch(/^\d+\.\d+\.\d+$/);
});
