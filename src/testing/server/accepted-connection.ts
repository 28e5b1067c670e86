import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { DatastreamError } from '../../errors';
import { encodeJson, type FrameData } from '../../messages';
import { Arrivals, type Which } from './arrivals';
import type { Handshake } from './handshake';
import { Outbox } from './outbox';
import type { ServerRequest } from './requests';
import type { ServerConnection, ServerConnectionEnding } from './server-connection';
import type { Drop } from './server-faults';
import { Subscriptions, type Subscription } from './subscriptions';
import type { WireMessage } from './entities';

/** Whether a connection may ask: `awaited` until its first message, where that carries the key. */
export type Authorization = 'granted' | 'awaited' | 'denied';

/** What a connection tells the server. */
export interface AcceptedConnectionListener {
  received(connection: AcceptedConnection, frame: FrameData): void;
  closed(connection: AcceptedConnection): void;
}

/** A `ServerConnection` over a socket of `ws`. */
export class AcceptedConnection implements ServerConnection {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly following = new Subscriptions();
  readonly closed: Promise<ServerConnectionEnding>;
  apiKey: string | undefined;
  authorization: Authorization;
  readonly #webSocket: WebSocket;
  readonly #socket: Duplex;
  readonly #outbox: Outbox;
  readonly #frames = new Arrivals<FrameData>();
  readonly #requests = new Arrivals<ServerRequest>();
  readonly #pings = new Arrivals<undefined>();

  constructor(
    webSocket: WebSocket,
    socket: Duplex,
    { url, headers, apiKey }: Handshake,
    authorization: Authorization,
    listener: AcceptedConnectionListener,
  ) {
    this.url = url;
    this.headers = headers;
    this.apiKey = apiKey;
    this.authorization = authorization;
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#outbox = new Outbox(webSocket);
    this.closed = new Promise((resolve) => {
      webSocket.on('close', (code, reason) => {
        this.#ended();
        listener.closed(this);
        resolve({ code, reason: reason.toString() });
      });
    });
    // A protocol error or a reset is followed by `close`, which is all there is to tell.
    webSocket.on('error', () => undefined);
    webSocket.on('ping', () => this.#pings.add(undefined));
    webSocket.on('message', (data, isBinary) => {
      const frame = isBinary ? bytes(data) : bytes(data).toString();
      this.#frames.add(frame);
      listener.received(this, frame);
    });
  }

  get protocol(): string {
    return this.#webSocket.protocol;
  }

  get authorized(): boolean {
    return this.authorization === 'granted';
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  get requests(): readonly ServerRequest[] {
    return this.#requests.all;
  }

  get received(): readonly FrameData[] {
    return this.#frames.all;
  }

  get subscriptions(): readonly Subscription[] {
    return this.following.all;
  }

  get pings(): number {
    return this.#pings.all.length;
  }

  request(which: Which<ServerRequest> = 0): Promise<ServerRequest> {
    return this.#requests.get(which);
  }

  nextRequest(matching?: (request: ServerRequest) => boolean): Promise<ServerRequest> {
    return this.#requests.next(matching);
  }

  nextFrame(): Promise<FrameData> {
    return this.#frames.next();
  }

  nextPing(): Promise<void> {
    return this.#pings.next();
  }

  send(data: FrameData): void {
    this.#outbox.send(data);
  }

  push(message: WireMessage): void {
    this.#outbox.send(encodeJson(message));
  }

  /** Sends ahead of all pushes. */
  answer(message: WireMessage): void {
    this.#outbox.answer(encodeJson(message));
  }

  /** Sends behind the pushes before it, and not while silent. */
  broadcast(frame: FrameData): void {
    this.#outbox.push(frame);
  }

  /** Notes a request that the server could read. */
  requested(request: ServerRequest): void {
    this.#requests.add(request);
  }

  writeRaw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  close(code?: number, reason?: string): void {
    this.#outbox.drain();
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  dropAfter(frames: number, { code, reason }: Drop = {}): void {
    this.#outbox.stopAfter(frames, () => {
      if (code === undefined) this.#socket.end();
      else this.#webSocket.close(code, reason);
    });
  }

  reset(): void {
    try {
      if (this.#socket instanceof Socket) this.#socket.resetAndDestroy();
    } catch {
      // Node resets plain TCP sockets only; a TLS socket throws.
      this.terminate();
    }
  }

  silence(): void {
    this.#outbox.silence();
    this.#webSocket.pause();
  }

  resume(): void {
    this.#outbox.resume();
    this.#webSocket.resume();
  }

  #ended(): void {
    const error = new DatastreamError('CONNECTION_CLOSED', 'The connection ended while something was awaited from it');
    this.#frames.end(error);
    this.#requests.end(error);
    this.#pings.end(error);
  }
}

function bytes(data: RawData): Buffer {
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
}
