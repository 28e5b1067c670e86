import type { Cancel, Platform, Socket, SocketListener, SocketRequest } from '../platform/platform';
import { Outbox } from './outbox';
import type { Transport, TransportListener } from './transport';

/** What a close handshake gets before the socket is ended by force, in milliseconds. */
const CLOSE_TIMEOUT = 80;

/** The contract of a transport over any WebSocket that a platform opens. */
export class WebSocketTransport implements Transport {
  readonly ping?: () => void;
  readonly #platform: Platform;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  #listener: TransportListener;
  #frames = 0;
  #isOpen = false;
  #isPaused = false;
  #isEnded = false;
  #closing: Promise<void> | undefined;
  /** Set while `close` waits for the end of the socket. */
  #whenEnded: (() => void) | undefined;

  /**
   * Opens the socket in this same turn.
   *
   * @throws what the platform throws for a request that can never work
   */
  constructor(platform: Platform, request: SocketRequest, writeTimeout: number, listener: TransportListener) {
    this.#platform = platform;
    this.#listener = listener;
    this.#outbox = new Outbox(platform.clock, writeTimeout, () => this.#listener.stalled());
    const socket = platform.open(request, this.#socketListener());
    this.#socket = socket;
    if (socket.ping) this.ping = () => socket.ping?.();
  }

  get activity(): number {
    return this.#socket.bytesReceived ?? this.#frames;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  send(data: string | Uint8Array): Promise<void> {
    return this.#outbox.accept((handed) => this.#socket.send(data, handed));
  }

  pause(): boolean {
    if (!this.#socket.pause) return false;
    if (!this.#isPaused) this.#socket.pause();
    this.#isPaused = true;
    return true;
  }

  resume(): void {
    if (this.#isPaused) this.#socket.resume?.();
    this.#isPaused = false;
  }

  close(code: number, reason: string): Promise<void> {
    this.#listener = DEAF;
    this.#closing ??= this.#isEnded ? Promise.resolve() : this.#shake(code, reason);
    return this.#closing;
  }

  abandon(code: number, reason: string): Promise<void> {
    this.#outbox.fail();
    return this.close(code, reason);
  }

  #shake(code: number, reason: string): Promise<void> {
    return new Promise((resolve) => {
      const cancel: Cancel = this.#platform.clock.after(CLOSE_TIMEOUT, () => {
        this.#socket.terminate?.();
        this.#end();
      });
      this.#whenEnded = () => {
        cancel();
        resolve();
      };
      // A paused socket would not read the answer to the close frame.
      this.resume();
      if (this.#isOpen) this.#socket.close(code, reason);
      else (this.#socket.terminate ?? this.#socket.close).call(this.#socket, code, reason);
    });
  }

  #socketListener(): SocketListener {
    return {
      opened: () => {
        this.#isOpen = true;
        this.#listener.opened();
      },
      received: (data, size) => {
        this.#frames++;
        this.#listener.received(data, size);
      },
      ponged: () => this.#listener.ponged(),
      ended: (ending) => {
        const listener = this.#listener;
        this.#end();
        listener.ended(ending);
      },
    };
  }

  #end(): void {
    this.#listener = DEAF;
    this.#isEnded = true;
    this.#outbox.fail();
    this.#whenEnded?.();
  }
}

/** Who listens once the socket is nobody's any more: late events change nothing. */
const DEAF: TransportListener = {
  opened: () => undefined,
  received: () => undefined,
  ponged: () => undefined,
  stalled: () => undefined,
  ended: () => undefined,
};
