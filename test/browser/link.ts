import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way to a server, on loopback, that can turn into a black hole. */
export class Link {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isOpen = true;

  static async to(target: { port: number }): Promise<Link> {
    const link = new Link(target.port);
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  private constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on nothing passes any more, in neither direction, and nobody is told. */
  swallow(): void {
    this.#isOpen = false;
    for (const socket of this.#sockets) socket.pause();
  }

  /** Lets new connections pass; those that were swallowed stay so. */
  reopen(): void {
    this.#isOpen = true;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (data) => to.write(data));
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (!this.#isOpen) from.pause();
  }
}
