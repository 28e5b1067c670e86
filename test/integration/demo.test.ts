import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

jest.setTimeout(30_000);

const ROOT = resolve(__dirname, '../..');
const ESCAPE = '\u001b';

interface DemoEvent {
  type: string;
  entity?: string;
  code?: string;
  status?: string;
  stale?: boolean;
}

interface DemoSnapshot extends DemoEvent {
  again: boolean;
  flags?: unknown[];
  companies?: { name: string }[];
  users?: unknown[];
  counts?: Record<string, number>;
  updates?: DemoEvent[];
}

interface DemoSummary extends DemoEvent {
  ok: boolean;
  messages: Record<string, number>;
  updates: { flag: number; company: number; user: number };
  caughtUp: number;
  holds: Record<string, number>;
  differences: string[] | null;
  stats: { attempts: number; reconnects: number; messages: number; discarded: number };
}

const running: ChildProcess[] = [];

/** A run of the demo, seen as whoever typed the command sees it. */
class Demo {
  readonly lines: string[] = [];
  complaint = '';
  readonly exitCode: Promise<number | null>;
  readonly #process: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(...words: string[]) {
    // Colours are asked for as loudly as can be: only a terminal may get them.
    const env = { ...process.env, SCHEMATIC_API_KEY: '', FORCE_COLOR: '1', NODE_NO_WARNINGS: '1' };
    const child = spawn(process.execPath, ['demo/main.mjs', ...words], { cwd: ROOT, env });
    running.push(child);
    this.#process = child;
    createInterface(child.stdout).on('line', (line) => {
      this.lines.push(line);
      for (const look of this.#waiting) look();
    });
    child.stderr.on('data', (chunk: Buffer) => (this.complaint += chunk.toString()));
    this.exitCode = once(child, 'close').then(([code]) => code as number | null);
  }

  get events(): DemoEvent[] {
    return this.lines.map((line) => JSON.parse(line) as DemoEvent);
  }

  get summary(): DemoSummary {
    return this.events.at(-1) as DemoSummary;
  }

  /** Resolves once a line matches. */
  said(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.lines.some((line) => pattern.test(line))) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** What `head` does when it has seen enough. */
  stopReading(): void {
    this.#process.stdout?.destroy();
  }
}

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

describe('the demo, told to tools', () => {
  let demo: Demo;
  const events = (matching: Partial<DemoEvent>): DemoEvent[] =>
    demo.events.filter((event) =>
      Object.entries(matching).every(([name, value]) => event[name as keyof DemoEvent] === value),
    );
  const snapshots = () => events({ type: 'snapshot' }) as DemoSnapshot[];
  const states = (): (string | undefined)[] => events({ type: 'state' }).map(({ status }) => status);

  beforeAll(async () => {
    demo = new Demo('--seconds', '4', '--json');
    await demo.exitCode;
  });

  it('exits with 0 and complains of nothing', async () => {
    expect([await demo.exitCode, demo.complaint]).toEqual([0, '']);
  });

  it('prints one JSON object per line', () => {
    expect(demo.events.every((event) => typeof event.type === 'string')).toBe(true);
  });

  it('gets the flags and the two companies', () => {
    const { again, flags, companies, users } = snapshots()[0] ?? {};

    expect([again, flags?.length, companies?.map(({ name }) => name), users]).toEqual([
      false,
      12,
      ['acme', 'globex'],
      [],
    ]);
  });

  it('hears of changes to flags and to companies', () => {
    const entities = new Set(events({ type: 'update' }).map(({ entity }) => entity));

    expect([...entities].sort()).toEqual(['company', 'flag']);
  });

  it('loses the server that restarts, waits, and is ready again', () => {
    const seen = states();
    const firstReady = seen.indexOf('ready');

    expect(seen.slice(0, firstReady + 2)).toEqual(['connecting', 'initializing', 'ready', 'waiting']);
    expect(seen.slice(-4)).toEqual(['connecting', 'initializing', 'ready', 'closed']);
  });

  it('has a store that is stale from the loss until all of it is confirmed, just before it is ready again', () => {
    const told = demo.events.map(({ type, status, stale }) => (type === 'freshness' ? `stale: ${stale}` : status));
    const lost = told.indexOf('waiting');
    const fresh = told.indexOf('stale: false');

    expect(told.slice(lost, lost + 2)).toEqual(['waiting', 'stale: true']);
    expect(told.slice(lost, fresh)).not.toContain('ready');
    expect(told.slice(fresh + 1).find(Boolean)).toBe('ready');
    expect(events({ type: 'freshness' })).toHaveLength(2);
  });

  it('is told once, after the reconnect, of what the server changed meanwhile', () => {
    const [, second] = snapshots();

    expect(snapshots()).toHaveLength(2);
    expect(second).toMatchObject({ again: true, counts: { companies: 2, users: 0 } });
    expect(second?.updates?.length).toBeGreaterThan(0);
  });

  it('holds in the end what the server holds', () => {
    expect(demo.summary).toMatchObject({ ok: true, differences: [], holds: { companies: 2, users: 0 } });
  });

  it('sums up what it told, and nothing else', () => {
    const { updates, caughtUp, messages, stats } = demo.summary;
    const count = (matching: Partial<DemoEvent>) => events(matching).length;
    const sum = Object.values(messages).reduce((total, each) => total + each, 0);

    expect({ updates, caughtUp, stats }).toMatchObject({
      updates: {
        flag: count({ type: 'update', entity: 'flag' }),
        company: count({ type: 'update', entity: 'company' }),
        user: 0,
      },
      caughtUp: snapshots()[1]?.updates?.length,
      stats: {
        attempts: count({ type: 'state', status: 'connecting' }),
        reconnects: count({ type: 'state', status: 'ready' }) - 1,
        messages: sum,
        discarded: 0,
      },
    });
  });
});

describe('the demo', () => {
  it('uses no escape sequence where there is no terminal', async () => {
    const demo = new Demo('--seconds', '1');

    expect(await demo.exitCode).toBe(0);
    expect(demo.lines.join('\n')).not.toContain(ESCAPE);
  });

  it('tells of a company that there is not, and follows the others', async () => {
    const demo = new Demo('--seconds', '1', '--json', '--company', 'slug=nobody', '--company', 'slug=hooli');

    expect(await demo.exitCode).toBe(0);
    expect(demo.events).toContainEqual(
      expect.objectContaining({ type: 'refusal', entity: 'company', keys: { slug: 'nobody' }, code: 'NOT_FOUND' }),
    );
    expect(demo.summary.holds).toMatchObject({ companies: 1 });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('sums up and exits with 0 on %s', async (signal) => {
    const demo = new Demo('--seconds', '0');
    await demo.said(/state\s+ready/);

    demo.kill(signal);

    expect(await demo.exitCode).toBe(0);
    expect(demo.lines).toContainEqual(expect.stringMatching(/ran\s.*until you stopped it/));
  });

  it('exits with 0 when nobody reads on', async () => {
    const demo = new Demo('--seconds', '0');
    await demo.said(/state\s+ready/);

    demo.stopReading();

    expect([await demo.exitCode, demo.complaint]).toEqual([0, '']);
  });

  it.each([
    [['--frobnicate'], '--frobnicate'],
    [['--seconds', 'soon'], '--seconds'],
    [['--url', 'ftp://example.com', '--api-key', 'key'], '--url'],
    [['--api-key', 'key'], '--api-key'],
    [['--company', 'acme'], '--company'],
  ])('exits with 2 on the options %j, and names the one that is wrong', async (words, name) => {
    const demo = new Demo(...words);

    expect(await demo.exitCode).toBe(2);
    expect(demo.complaint).toMatch(new RegExp(`^demo: .*${name}`));
  });

  it('exits with 1 when a real server is asked for without a key', async () => {
    const demo = new Demo('--url', 'https://api.schematichq.com');

    expect(await demo.exitCode).toBe(1);
    expect(demo.complaint).toContain('SCHEMATIC_API_KEY');
  });

  it('exits with 1 when nothing listens at the URL, and says so', async () => {
    const demo = new Demo('--url', `http://127.0.0.1:${await closedPort()}`, '--api-key', 'key', '--seconds', '0.5');

    expect(await demo.exitCode).toBe(1);
    expect(demo.complaint).toMatch(/^demo: CONNECT_FAILED .*ECONNREFUSED.*\n$/);
  });
});

/** A port where nobody listens: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
