import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Journal } from './journal';

/** What becomes of the bytes of one direction. While its promise is pending nothing more is read. */
export type Treatment = (bytes: Buffer, lane: Lane) => void | Promise<void>;

/** What a proxy does to one connection. By default both directions pass. */
export interface Treatments {
  /** From the server to the client. */
  down?: Treatment;
  /** From the client to the server. */
  up?: Treatment;
}

/** The way to a server, on loopback, with the faults of real ways. */
export class TcpProxy {
  readonly links = new Journal<Link>();
  readonly #server: Server;

  /** `treat` chooses what happens to each connection, 0 being the first. */
  static async to(target: { port: number }, treat: (index: number) => Treatments = () => ({})): Promise<TcpProxy> {
    const proxy = new TcpProxy(target.port, treat);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor(port: number, treat: (index: number) => Treatments) {
    const take = (near: Socket) => {
      const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      this.links.add(new Link(near, far, treat(this.links.length)));
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, take);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const link of this.links.all) link.destroy();
    await closed;
  }
}

/** One connection through a proxy. */
export class Link {
  readonly down: Lane;
  readonly up: Lane;
  readonly #sockets: Socket[];

  constructor(near: Socket, far: Socket, { down = pass, up = pass }: Treatments) {
    this.#sockets = [near, far];
    this.down = new Lane(far, near, down);
    this.up = new Lane(near, far, up);
  }

  /** From now on nothing passes, in neither direction, and nobody is told. */
  swallow(): void {
    this.down.treatment = this.up.treatment = swallow;
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** One direction of a connection. What passes does so in order, whatever delays it. */
export class Lane {
  treatment: Treatment;
  /** Bytes that have been let through. */
  passed = 0;
  readonly #from: Socket;
  readonly #to: Socket;
  #line: Promise<unknown> = Promise.resolve();

  constructor(from: Socket, to: Socket, treatment: Treatment) {
    this.treatment = treatment;
    this.#from = from;
    this.#to = to;
    from.on('data', (bytes) => this.#treat(bytes));
    from.on('end', () => this.#tell(() => to.end()));
    // A reset is handed on as one, behind what came before it.
    from.on('error', () => this.#tell(() => to.resetAndDestroy()));
    from.on('close', () => this.#tell(() => to.destroySoon()));
  }

  /** Lets bytes through after what is still on its way; resolves when they have been written. */
  pass(bytes: Buffer, due = 0): Promise<unknown> {
    this.passed += bytes.length;
    this.#line = this.#line
      .then(() => until(due))
      .then(() => new Promise<void>((resolve) => this.#to.write(bytes, () => resolve())));
    return this.#line;
  }

  /** Ends both sides in good order, behind what has passed: each sees a FIN. */
  end(): void {
    this.treatment = swallow;
    this.#whenPassed(() => {
      this.#to.destroySoon();
      this.#from.destroySoon();
    });
  }

  /** Resets both sides, behind what has passed: each sees an RST. */
  reset(): void {
    this.treatment = swallow;
    this.#whenPassed(() => {
      this.#to.resetAndDestroy();
      this.#from.resetAndDestroy();
    });
  }

  #treat(bytes: Buffer): void {
    const treated = this.treatment(bytes, this);
    if (!treated) return;
    this.#from.pause();
    void treated.then(() => this.#from.resume());
  }

  /** Hands on how one side has ended, unless nothing passes any more. */
  #tell(ending: () => void): void {
    if (this.treatment !== swallow) this.#whenPassed(ending);
  }

  #whenPassed(then: () => void): void {
    void this.#line.then(then);
  }
}

const pass: Treatment = (bytes, lane) => void lane.pass(bytes);

export const swallow: Treatment = () => undefined;

/** Each byte in a segment of its own. */
export const oneByteAtATime: Treatment = async (bytes, lane) => {
  for (const byte of bytes) await lane.pass(Buffer.of(byte));
};

/** Everything comes later, by `latency` and up to `jitter` milliseconds; nothing overtakes. */
export function late(latency: number, jitter: number, random: () => number): Treatment {
  return (bytes, lane) => void lane.pass(bytes, performance.now() + latency + jitter * random());
}

/** Lets so many bytes through; then it is over, in the way that `how` says. */
export function cutAfter(count: number, how: 'end' | 'reset' | 'swallow'): Treatment {
  return (bytes, lane) => {
    const left = count - lane.passed;
    if (left > 0) void lane.pass(bytes.subarray(0, left));
    if (left > bytes.length) return;
    lane.treatment = swallow;
    if (how !== 'swallow') lane[how]();
  };
}

function until(due: number): Promise<void> | undefined {
  const delay = due - performance.now();
  return delay > 0 ? new Promise((resolve) => setTimeout(resolve, delay)) : undefined;
}
