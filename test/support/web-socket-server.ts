import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type RawData, type ServerOptions, type WebSocket } from 'ws';
import { Journal } from './journal';

/** A bare `ws` server, for tests that need its sockets themselves. */
export class WebSocketEndpoint {
  readonly peers = new Journal<WebSocketPeer>();
  readonly #server: WebSocketServer;

  static async start(options: ServerOptions = {}): Promise<WebSocketEndpoint> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
    await new Promise((resolve) => server.once('listening', resolve));
    return new WebSocketEndpoint(server);
  }

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on('connection', (socket, request) => this.peers.add(new WebSocketPeer(socket, request)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** One client of a `WebSocketEndpoint`. */
export class WebSocketPeer {
  readonly socket: WebSocket;
  /** What lies under the WebSocket. */
  readonly tcp: Socket;
  /** The upgrade request. */
  readonly request: IncomingMessage;
  /** Frames as text, in order. */
  readonly frames = new Journal<string>();
  /** When each ping came, in milliseconds. */
  readonly pings = new Journal<number>();
  /** How the connection ended, as this end saw it. */
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.socket = socket;
    this.tcp = request.socket;
    this.request = request;
    socket.on('error', () => undefined);
    socket.on('message', (data: RawData) => this.frames.add((data as Buffer).toString()));
    socket.on('ping', () => this.pings.add(performance.now()));
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }
}
