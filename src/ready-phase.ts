import { deadline } from './deadline';
import { DatastreamError } from './errors';
import type { ReadyContext } from './handler-contexts';
import type { Cancel, Clock } from './platform/platform';

/** How the phase ended: exactly one of the two is called, unless the connection ended first. */
export interface ReadyPhaseListener {
  succeeded(): void;
  failed(error: DatastreamError): void;
}

/** Runs the ready handler of one connection within its time. */
export class ReadyPhase {
  readonly #controller = new AbortController();
  readonly #timeout: number;
  readonly #listener: ReadyPhaseListener;
  readonly #stopWaiting: Cancel;
  #isOver = false;

  constructor(clock: Clock, timeout: number, listener: ReadyPhaseListener) {
    this.#timeout = timeout;
    this.#listener = listener;
    this.#stopWaiting = deadline(clock, timeout, () => this.#timeOut());
  }

  /** Calls the handler now. It may end the phase itself, by what it does to the client. */
  run(handler: (context: ReadyContext) => unknown): void {
    // A handler that throws is one that rejects.
    const result = new Promise((resolve) => resolve(handler({ signal: this.#controller.signal })));
    result.then(
      () => this.#settle(() => this.#listener.succeeded()),
      (cause: unknown) => this.#fail('READY_FAILED', 'The connectionReadyHandler failed', cause),
    );
  }

  /** The connection has ended: what the handler yet says is ignored. What this returns tells it, by its signal. */
  end(): () => void {
    this.#isOver = true;
    this.#stopWaiting();
    return () => this.#controller.abort();
  }

  #timeOut(): void {
    this.#fail('READY_TIMEOUT', `The connectionReadyHandler did not end within readyTimeout (${this.#timeout} ms)`);
  }

  #fail(code: 'READY_FAILED' | 'READY_TIMEOUT', message: string, cause?: unknown): void {
    this.#settle(() => this.#listener.failed(new DatastreamError(code, message, { cause, retryable: true })));
  }

  #settle(answer: () => void): void {
    if (this.#isOver) return;
    this.#stopWaiting();
    answer();
  }
}
