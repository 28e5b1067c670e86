import { WebSocket } from 'ws';
import type { FrameData } from '../../messages';

// Bytes of pushes handed to the socket ahead of the client's reading: as far as an answer can fall behind.
const HIGH_WATER = 64 * 1024;

/** Writes the frames of one connection: answers ahead of any backlog of pushes, nothing while silent. */
export class Outbox {
  readonly #socket: WebSocket;
  #answers: FrameData[] = [];
  #pushes: FrameData[] = [];
  // How many of the pushes are written: a burst is long, and taking from the front of a long array is slow.
  #written = 0;
  #silent = false;
  #left = Infinity;
  #stopped: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  answer(frame: FrameData): void {
    this.#answers.push(frame);
    this.#flush();
  }

  push(frame: FrameData): void {
    this.#pushes.push(frame);
    this.#flush();
  }

  /** Around the backlog while silent, since the silence is the server's own and not the test's. */
  send(frame: FrameData): void {
    if (this.#silent) this.#write(frame);
    else this.push(frame);
  }

  silence(): void {
    this.#silent = true;
  }

  resume(): void {
    this.#silent = false;
    this.#flush();
  }

  /** Writes so many frames more, then none; says when. */
  stopAfter(frames: number, stopped: () => void): void {
    this.#left = frames;
    this.#stopped = stopped;
    if (frames <= 0) stopped();
  }

  /** Writes the whole backlog, for a close frame to follow. */
  drain(): void {
    if (!this.#silent) this.#flush(Infinity);
  }

  #flush(limit = HIGH_WATER): void {
    if (this.#silent || this.#socket.readyState !== WebSocket.OPEN) return;
    for (const frame of this.#answers.splice(0)) this.#write(frame);
    for (let frame; (frame = this.#pushes[this.#written]) !== undefined;) {
      if (this.#socket.bufferedAmount >= limit) return;
      this.#written += 1;
      this.#write(frame);
    }
    this.#pushes = [];
    this.#written = 0;
  }

  #write(frame: FrameData): void {
    if (this.#left <= 0) return;
    this.#left -= 1;
    this.#socket.send(frame, () => this.#flush());
    if (this.#left === 0) this.#stopped();
  }
}
