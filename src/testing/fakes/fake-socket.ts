import { refusal } from '../../platform/refusal';
import type { Clock, Socket, SocketEnding, SocketListener, SocketRequest } from '../../platform/platform';

/** What a fake socket can do, as platforms differ. */
export interface FakeSocketAbilities {
  /** Send ping frames. */
  pings: boolean;
  /** Stop reading. */
  pauses: boolean;
  /** End without a handshake. */
  terminates: boolean;
}

/** A socket whose server part the test speaks: accept, deliver, drop. */
export class FakeSocket implements Socket {
  /** What the handshake was made of: URL, headers, subprotocols. */
  readonly request: SocketRequest;
  /** What the client has sent, in order. */
  readonly sent: (string | Uint8Array)[] = [];
  /** How many pings the client has sent. */
  pinged = 0;
  /** The close frame that the client has sent. */
  closedWith:
    | {
        /** The close code. */
        code: number;
        /** The text beside it. */
        reason: string;
      }
    | undefined;
  /** Whether the client has stopped reading. */
  isPaused = false;
  /** Whether what the client sends is taken by the network; while `false`, sends stay pending. */
  takesWrites = true;
  ping?: () => void;
  pause?: () => void;
  resume?: () => void;
  terminate?: () => void;
  readonly #clock: Clock;
  readonly #listener: SocketListener;
  readonly #pendingWrites: (() => void)[] = [];
  #state: 'connecting' | 'open' | 'closing' | 'ended' = 'connecting';

  constructor(request: SocketRequest, listener: SocketListener, clock: Clock, abilities: FakeSocketAbilities) {
    this.request = request;
    this.#listener = listener;
    this.#clock = clock;
    if (abilities.pings) this.ping = () => this.pinged++;
    if (abilities.pauses) {
      this.pause = () => (this.isPaused = true);
      this.resume = () => (this.isPaused = false);
    }
    if (abilities.terminates) this.terminate = () => this.#terminate();
  }

  /** Whether neither side has begun to end it. */
  get isLive(): boolean {
    return this.#state === 'connecting' || this.#state === 'open';
  }

  /** Whether it is over. */
  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  /** The server accepts the upgrade. */
  accept(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#listener.opened();
  }

  /** The server refuses the upgrade. */
  refuse(status: number, retryAfter?: string): void {
    this.#end({ code: 1006, reason: '', failure: refusal(status, retryAfter, this.#clock.now()) });
  }

  /** The network fails before the upgrade. */
  fail(error: Error): void {
    this.#end({ code: 1006, reason: '', error });
  }

  /** The server sends a message: an object goes as JSON, a string or bytes as they are. */
  deliver(message: unknown): void {
    if (this.#state === 'connecting' || this.#state === 'ended') return;
    const isFrame = typeof message === 'string' || message instanceof Uint8Array;
    const frame = isFrame ? message : JSON.stringify(message);
    this.#listener.received(frame, frame.length);
  }

  /** The server answers a ping. */
  pong(): void {
    if (this.#state === 'open') this.#listener.ponged();
  }

  /** The connection ends, with the close frame of the server or, by default, without one. */
  drop(code = 1006, reason = ''): void {
    this.#end({ code, reason });
  }

  /** The network takes what waits, and everything from now on. */
  takeWrites(): void {
    this.takesWrites = true;
    for (const done of this.#pendingWrites.splice(0)) done();
  }

  send(data: string | Uint8Array, done: (error?: Error) => void): void {
    if (this.#state !== 'open') return done(new Error('The fake socket is not open'));
    this.sent.push(data);
    if (this.takesWrites) done();
    else this.#pendingWrites.push(done);
  }

  close(code: number, reason: string): void {
    if (!this.isLive) return;
    this.#state = 'closing';
    this.closedWith = { code, reason };
  }

  #terminate(): void {
    if (this.#state === 'ended') return;
    this.#state = 'closing';
    void Promise.resolve().then(() => this.drop());
  }

  #end(ending: SocketEnding): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#listener.ended(ending);
  }
}
