import { execFileSync } from 'node:child_process';
import { pathOf, program, type Requirement } from './requirement';

const TOOLS = ['ip', 'tc', 'nft'] as const;
type Tool = (typeof TOOLS)[number];

/** What the names of everything that a network makes begin with; the number of the process follows. */
const MARK = 'dsws';
/** Addresses for tests of networks, which nobody is reached by (RFC 2544): 198.18.0.0 to 198.19.255.255. */
const FIRST_ADDRESS = (198 << 24) | (18 << 16);
/** Each network takes eight addresses of them: two links of four. */
const BLOCKS = 2 ** 14;
const BLOCK_SIZE = 8;
/** A queue that lasts this many milliseconds stands before a slow link, as in a cheap router. */
const QUEUE = 400;

/** Whether this machine lets a test have a network of its own. */
export function ownNetwork(): Requirement {
  const name = 'a network of its own';
  if (process.platform !== 'linux') return { name, missing: 'network namespaces are of Linux', isExcused: true };
  if (process.getuid?.() !== 0) return { name, missing: 'only root may make network namespaces', isExcused: true };
  const tool = TOOLS.map(program).find(({ missing }) => missing !== undefined);
  if (tool) return { ...tool, name };
  try {
    new Network().remove();
    return { name };
  } catch (error) {
    return { name, missing: `this machine refuses a network of its own (${firstLine(error)})` };
  }
}

/**
 * A server's place behind a router of its own, with faults on the way there. Three hosts in a row, of which the first
 * is this process: near end, router, far end. What happens to packets happens in the router, as it does on real ways: a
 * host that drops its own packets knows of it, and behaves differently.
 */
export class Network {
  /** The address for the server, and how to start it there. */
  readonly far: { host: string; within: readonly string[] };
  readonly #link = `${MARK}${process.pid}`;
  readonly #router = `${MARK}${process.pid}-way`;
  readonly #farEnd = `${MARK}${process.pid}-far`;
  readonly #block = blockOf(process.pid);

  /** A process has one at a time. */
  constructor() {
    removeStale();
    this.far = { host: this.#block.farEnd, within: [need('ip'), 'netns', 'exec', this.#farEnd] };
    try {
      this.#build();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** Pulls the plug of this machine, which knows of it: what is dialled is unreachable. */
  unplug(): void {
    run('ip', 'link', 'set', this.#link, 'down');
  }

  plugIn(): void {
    run('ip', 'link', 'set', this.#link, 'up');
    this.#addRoute();
  }

  /** From now on every packet vanishes. */
  dropAll(): void {
    this.#rule('counter drop');
  }

  /** From now on every packet is answered with an RST to its sender. */
  rejectAll(): void {
    this.#rule('meta l4proto tcp counter reject with tcp reset');
  }

  /** From now on so many percent of the packets vanish, in both directions, each by chance. */
  lose(percent: number): void {
    this.#rule(`numgen random mod 100 < ${percent} counter drop`);
  }

  /** From now on both directions carry so many kbit/s. */
  throttle(kilobits: number): void {
    for (const link of ['near', 'far']) {
      const limit = ['rate', `${kilobits}kbit`, 'burst', '4kb', 'latency', `${QUEUE}ms`];
      run('tc', '-n', this.#router, 'qdisc', 'replace', 'dev', link, 'root', 'tbf', ...limit);
    }
  }

  /** How many packets have met the rule that is in force. */
  get hits(): number {
    const rules = run('ip', 'netns', 'exec', this.#router, need('nft'), 'list chain ip way forward');
    return Number(/counter packets (\d+)/.exec(rules)?.[1] ?? 0);
  }

  /** Lets all packets pass again. */
  heal(): void {
    run('ip', 'netns', 'exec', this.#router, need('nft'), 'flush chain ip way forward');
  }

  remove(): void {
    removeOf(process.pid);
  }

  #build(): void {
    const { near, routerNear, routerFar, farEnd, whole } = this.#block;
    const [link, router, far] = [this.#link, this.#router, this.#farEnd];
    run('ip', 'netns', 'add', router);
    run('ip', 'netns', 'add', far);
    // Without a link packets for the far end must not take the way of all others, out of this machine.
    run('ip', 'route', 'add', 'unreachable', whole, 'metric', '4096');
    run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'near', 'netns', router);
    run('ip', '-n', router, 'link', 'add', 'far', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', far);
    this.#connect([], link, near);
    this.#connect(['-n', router], 'near', routerNear);
    this.#connect(['-n', router], 'far', routerFar);
    this.#connect(['-n', far], 'eth0', farEnd);
    this.#addRoute();
    run('ip', '-n', far, 'route', 'add', 'default', 'via', routerFar);
    run('ip', 'netns', 'exec', router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    const table = 'table ip way {\n chain forward { type filter hook forward priority 0; }\n}\n';
    execFileSync(need('ip'), ['netns', 'exec', router, need('nft'), '-f', '-'], { input: table, stdio: 'pipe' });
  }

  #connect(namespace: string[], link: string, address: string): void {
    run('ip', ...namespace, 'addr', 'add', `${address}/30`, 'dev', link);
    // Packets of the size that a wire carries, so that a share of them is lost, and not a share of what was written.
    run('ip', ...namespace, 'link', 'set', link, 'gso_max_segs', '1', 'up');
  }

  #addRoute(): void {
    run('ip', 'route', 'replace', this.#block.farNet, 'via', this.#block.routerNear);
  }

  #rule(rule: string): void {
    this.heal();
    run('ip', 'netns', 'exec', this.#router, need('nft'), `add rule ip way forward ${rule}`);
  }
}

function blockOf(pid: number) {
  const first = FIRST_ADDRESS + (pid % BLOCKS) * BLOCK_SIZE;
  const [start, near, routerNear, , farStart, routerFar, farEnd] = Array.from({ length: BLOCK_SIZE }, (_, index) =>
    [24, 16, 8, 0].map((shift) => ((first + index) >>> shift) & 0xff).join('.'),
  ) as [string, string, string, string, string, string, string];
  return { near, routerNear, routerFar, farEnd, whole: `${start}/29`, farNet: `${farStart}/30` };
}

/** What a process left behind that was killed. */
function removeStale(): void {
  const names = run('ip', 'netns', 'list').matchAll(new RegExp(`^${MARK}(\\d+)-`, 'gm'));
  const pids = new Set([...names].map(([, pid]) => Number(pid)));
  for (const pid of pids) if (!isAlive(pid)) removeOf(pid);
}

/** The namespaces come last, since it is by them that what is left is found; all other links go with them. */
function removeOf(pid: number): void {
  attempt('ip', 'route', 'delete', 'unreachable', blockOf(pid).whole, 'metric', '4096');
  attempt('ip', 'link', 'delete', `${MARK}${pid}`);
  for (const namespace of [`${MARK}${pid}-way`, `${MARK}${pid}-far`]) attempt('ip', 'netns', 'delete', namespace);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function need(tool: Tool): string {
  const path = pathOf(tool);
  if (path === undefined) throw new Error(`${tool} is not installed`);
  return path;
}

function run(tool: Tool, ...args: string[]): string {
  return execFileSync(need(tool), args, { encoding: 'utf8', stdio: 'pipe' });
}

/** Of something that need not be there. */
function attempt(tool: Tool, ...args: string[]): void {
  try {
    run(tool, ...args);
  } catch {
    // It was not.
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n')[0] ?? '';
}
