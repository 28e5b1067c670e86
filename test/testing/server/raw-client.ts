import type { IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';
import { Arrivals } from '../../../src/testing/server/arrivals';
import type { WireMessage } from '../../../src/testing/server/entities';

/** How a raw client dials; without `headers` it sends a key that any server accepts. */
export interface Dial extends ClientOptions {
  path?: string;
  protocols?: string[];
  headers?: Record<string, string>;
}

/** A bare `ws` socket that knows nothing of the protocol, with promises in place of events. */
export class RawClient {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #frames = new Arrivals<string>();
  readonly #pongs = new Arrivals<string>();
  #read = 0;

  static async connect(server: { url: string }, dial: Dial = {}): Promise<RawClient> {
    const client = new RawClient(server, dial);
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
    return client;
  }

  /** Dials, and resolves with the answer that refused the upgrade. */
  static async refused(server: { url: string }, dial: Dial = {}): Promise<IncomingMessage> {
    const client = new RawClient(server, dial);
    return new Promise((resolve, reject) => {
      client.socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response);
      });
      client.socket.once('open', () => reject(new Error('The upgrade was accepted')));
    });
  }

  constructor(server: { url: string }, { path = '/datastream', protocols = [], ...options }: Dial = {}) {
    const headers = { 'X-Schematic-Api-Key': 'key' };
    const url = server.url.replace('http', 'ws') + path;
    this.socket = new WebSocket(url, protocols, { perMessageDeflate: false, headers, ...options });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => this.#frames.add(data.toString()));
    this.socket.on('pong', (data) => this.#pongs.add(data.toString()));
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** The next frame that was not read yet. */
  frame(): Promise<string> {
    this.#read += 1;
    return this.#frames.get(this.#read - 1);
  }

  /** The next frame that was not read yet, as JSON. */
  async message(): Promise<WireMessage> {
    return JSON.parse(await this.frame()) as WireMessage;
  }

  /** Every frame so far. */
  get frames(): readonly string[] {
    return this.#frames.all;
  }

  get pongs(): readonly string[] {
    return this.#pongs.all;
  }

  pong(): Promise<string> {
    return this.#pongs.get(0);
  }

  request(data: Record<string, unknown>): void {
    this.socket.send(JSON.stringify({ data }));
  }

  /** Sends a request and reads the next frame. */
  ask(data: Record<string, unknown>): Promise<WireMessage> {
    this.request(data);
    return this.message();
  }

  askFlags(): Promise<WireMessage> {
    return this.ask({ action: 'start', entity_type: 'rulesengine.Flags' });
  }
}
