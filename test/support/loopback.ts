import type { ServerOptions } from 'ws';
import type { DatastreamClient, DatastreamOptions, Logger } from '../../src';
import { DatastreamServer } from '../../src/testing';
import { Child } from './child-process';
import { MARKER_KEY, showsKey } from './marker';
import { Network } from './network';
import { ServerProcess, type ServerPlace } from './server-process';
import type { Tally } from './tally';
import { TcpProxy, type Treatments } from './tcp-proxy';
import { TcpServer } from './tcp-server';
import { WebSocketEndpoint } from './web-socket-server';
import { Witness } from './witness';

type ClientOptions = Partial<DatastreamOptions<unknown>>;
type ServerSetUp = Parameters<typeof DatastreamServer.start>[0];

export const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Delays short enough for tests, and a logger that keeps their output clean. */
const QUICK: ClientOptions = {
  messageHandler: () => undefined,
  minReconnectDelay: 5,
  maxReconnectDelay: 20,
  logger: SILENT,
};

/** A wait that no test lives to see the end of. */
export const LONG_DELAY = { minReconnectDelay: 60_000, maxReconnectDelay: 60_000 };

/** Real servers and clients on the loopback interface, each on a port of its own. */
export class Loopback {
  readonly #undos: (() => unknown)[] = [];
  /** What showed a key, asked of everything that had one. */
  readonly #verdicts: (() => string[])[] = [];

  async datastream(options?: ServerSetUp): Promise<DatastreamServer> {
    return this.#keep(await DatastreamServer.start(options));
  }

  async webSockets(options?: ServerOptions): Promise<WebSocketEndpoint> {
    return this.#keep(await WebSocketEndpoint.start(options));
  }

  async tcp(): Promise<TcpServer> {
    return this.#keep(await TcpServer.start());
  }

  /** A way to a server that goes wrong as the treatments say. */
  async proxy(target: { port: number }, treat?: (index: number) => Treatments): Promise<TcpProxy> {
    return this.#keep(await TcpProxy.to(target, treat));
  }

  /** A server in a process of its own. */
  async process(tally: Tally, place?: ServerPlace): Promise<ServerProcess> {
    return this.#keep(await ServerProcess.start(tally, place));
  }

  /** A network with a far end. */
  network(): Network {
    const network = new Network();
    this.#undos.push(() => network.remove());
    return network;
  }

  /** A URL that nothing listens on. */
  async nowhere(): Promise<{ url: string }> {
    const server = await TcpServer.start();
    const { url } = server;
    await server.stop();
    return { url };
  }

  /** A client that has not started. Its key is on the wire alone: the test fails that shows it anywhere else. */
  client(server: { url: string }, options: ClientOptions = {}): DatastreamClient<unknown> {
    const settings = { ...QUICK, url: server.url, ...options } as DatastreamOptions<unknown>;
    const witness = new Witness(settings);
    this.#verdicts.push(() => witness.verdict());
    this.#undos.push(() => witness.client.close());
    return witness.client;
  }

  /** A client that is ready. */
  async readyClient(server: { url: string }, options: ClientOptions = {}): Promise<DatastreamClient<unknown>> {
    const client = this.client(server, options);
    client.start();
    await client.ready();
    return client;
  }

  /** A process of its own, whose clients connect to a server of the test. */
  child(script: string, server: { url: string }, env: NodeJS.ProcessEnv = {}): Child {
    const child = this.#keep(Child.run(script, server, { API_KEY: MARKER_KEY, ...env }));
    this.#verdicts.push(() => child.output.filter(showsKey));
    return child;
  }

  /** What a server of the test does by the clock, until the test ends. */
  every(milliseconds: number, task: () => void): void {
    const timer = setInterval(task, milliseconds);
    this.#undos.push(() => clearInterval(timer));
  }

  /** Closes everything, the youngest first; what was closed has shown its key nowhere. */
  async close(): Promise<void> {
    for (const undo of this.#undos.splice(0).reverse()) await undo();
    const leaks = this.#verdicts.splice(0).flatMap((verdict) => verdict());
    if (leaks.length > 0) throw new Error(`The key shows:\n${leaks.join('\n')}`);
  }

  #keep<Stoppable extends { stop(): Promise<void> }>(what: Stoppable): Stoppable {
    this.#undos.push(() => what.stop());
    return what;
  }
}

/** A loopback for the tests of one file, closed after each of them. */
export function useLoopback(): Loopback {
  const loopback = new Loopback();
  afterEach(() => loopback.close());
  return loopback;
}
