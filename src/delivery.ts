import { DatastreamError, MalformedMessageError, settleRetryable } from './errors';
import { Inbox, type InboxListener } from './inbox';
import { isThenable } from './guarded';
import type { FrameData } from './messages';
import type { MessageContext } from './handler-contexts';
import type { DeliverySettings } from './settings';

/** What a delivery tells the client. */
export interface DeliveryListener<Message> extends InboxListener {
  /** The handler was called with it; `mayHear` turns false when the client closes. */
  delivered(message: Message, mayHear: () => boolean): void;
  failed(error: DatastreamError): void;
}

/** Hands messages to the handler: decoded, one at a time, in order, and none after the end of the run. */
export class Delivery<Message> {
  messages = 0;
  bytes = 0;
  discarded = 0;
  readonly #settings: DeliverySettings<Message>;
  readonly #listener: DeliveryListener<Message>;
  readonly #inbox: Inbox<FrameData>;
  /** Between a start of the client and its close; another object for each such run. */
  #run = new Run();

  constructor(settings: DeliverySettings<Message>, listener: DeliveryListener<Message>) {
    this.#settings = settings;
    this.#listener = listener;
    this.#inbox = new Inbox(settings.queueSize, (frame) => this.#handle(frame), listener);
  }

  get queueDepth(): number {
    return this.#inbox.length;
  }

  receive(frame: FrameData, size: number): void {
    this.messages++;
    this.bytes += size;
    this.#inbox.push(frame);
  }

  /** Ends the run and discards what still waits. What it returns tells handlers that still run, by their signal. */
  end(): () => void {
    this.discarded += this.#inbox.clear();
    const run = this.#run;
    this.#run = new Run();
    return run.end();
  }

  /** Returns a promise only for a handler that is not done. */
  #handle(frame: FrameData): PromiseLike<unknown> | undefined {
    const run = this.#run;
    const context = typeof frame === 'string' ? run.text : run.binary;
    let message: Message;
    try {
      message = this.#settings.decode(frame, context.type);
    } catch (cause) {
      this.#listener.failed(malformedError(frame, cause));
      return undefined;
    }
    // A decoder may have closed the client, after which nothing is delivered.
    if (!run.isOn()) return undefined;
    const pending = this.#call(message, context, run);
    if (run.isOn()) this.#listener.delivered(message, run.isOn);
    return pending;
  }

  #call(message: Message, context: MessageContext, run: Run): PromiseLike<unknown> | undefined {
    try {
      const result = this.#settings.messageHandler(message, context);
      return isThenable(result)
        ? result.then(undefined, (cause: unknown) => this.#handlerFailed(cause, run))
        : undefined;
    } catch (cause) {
      this.#handlerFailed(cause, run);
      return undefined;
    }
  }

  /** A handler that gives up when its signal tells it to has not failed. */
  #handlerFailed(cause: unknown, run: Run): void {
    if (!run.isOn()) return;
    this.#listener.failed(
      new DatastreamError('HANDLER_FAILED', 'The messageHandler failed', { cause, retryable: true }),
    );
  }
}

/** What handlers are given in one run. */
class Run {
  readonly #controller = new AbortController();
  readonly text: MessageContext = { signal: this.#controller.signal, type: 'text' };
  readonly binary: MessageContext = { signal: this.#controller.signal, type: 'binary' };

  /** A field of our own: asking the signal costs more than all the rest of a message. */
  #isOver = false;

  readonly isOn = (): boolean => !this.#isOver;

  end(): () => void {
    this.#isOver = true;
    return () => this.#controller.abort();
  }
}

function malformedError(frame: FrameData, cause: unknown): DatastreamError {
  if (cause instanceof MalformedMessageError) {
    settleRetryable(cause, true);
    return cause;
  }
  return new MalformedMessageError(`Option "decode" threw on a frame of ${frame.length}`, frame, {
    cause,
    retryable: true,
  });
}
