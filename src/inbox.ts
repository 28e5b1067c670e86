import { MalformedMessageError, optionFailed, settleRetryable, type DatastreamError } from './errors';
import { guarded, isThenable } from './guarded';
import type { MessageContext } from './handler-contexts';
import { decodeJson, type FrameData, type FrameType } from './messages';
import type { DeliverySettings } from './settings';
import type { Signal } from './signal';

/** What an inbox tells its owner. */
export interface InboxListener<Message> {
  /** The handler was called with it; `mayHear` turns false when the run ends. */
  delivered(message: Message, mayHear: () => boolean): void;
  readonly failed: (error: DatastreamError) => void;
  /** `queueSize` or more frames wait; called for every frame from there on. */
  filled(waiting: number): void;
  /** Half of `queueSize` or fewer wait again. */
  drained(): void;
}

/** What an inbox counts up. */
export interface InboxCounts {
  messages: number;
  bytes: number;
  discarded: number;
}

/** Received messages: decoded, handled one at a time and in order, and none after the end of the run. */
export interface Inbox {
  /** Frames that wait, without the one that is being handled. */
  depth(): number;
  /** Handles the frame at once if nothing is ahead of it, without a promise. */
  readonly receive: (frame: FrameData, size: number) => void;
  /**
   * Ends the run and discards what still waits; the message that is being handled is not taken back. What it returns
   * tells handlers that still run, by their signal.
   */
  end(): () => void;
}

/** An inbox that hands its messages to the `messageHandler`. */
export function inbox<Message>(
  { decode, messageHandler, queueSize }: DeliverySettings<Message>,
  counts: InboxCounts,
  listener: InboxListener<Message>,
): Inbox {
  /** The next frame last: two stacks make a queue of which both ends cost the same, however long it is. */
  let ahead: FrameData[] = [];
  let behind: FrameData[] = [];
  let isHandling = false;
  let isFull = false;
  let run = newRun(listener);

  const depth = () => ahead.length + behind.length;

  const take = () => {
    if (ahead.length === 0 && behind.length > 0) {
      ahead = behind.reverse();
      behind = [];
    }
    return ahead.pop();
  };

  /** Returns what the handler returned, or nothing. */
  const handle = (frame: FrameData): unknown => {
    const { context, failed, mayHear } = run;
    const frameContext = typeof frame === 'string' ? context.text : context.binary;
    let message: Message;
    try {
      message = decode(frame, frameContext.type);
    } catch (cause) {
      return listener.failed(malformedError(frame, cause, decode === decodeJson));
    }
    // A decoder may have closed the client, after which nothing is delivered.
    if (!mayHear()) return undefined;
    const pending = guarded(failed, messageHandler, message, frameContext);
    if (mayHear()) listener.delivered(message, mayHear);
    return pending;
  };

  const handleFrom = (first: FrameData | undefined) => {
    isHandling = true;
    for (let frame = first; frame !== undefined; frame = take()) {
      const pending = handle(frame);
      if (isFull && depth() <= queueSize / 2) {
        isFull = false;
        listener.drained();
      }
      if (isThenable(pending)) return void pending.then(handleNext);
    }
    isHandling = false;
  };
  const handleNext = () => handleFrom(take());

  return {
    depth,
    receive(frame, size) {
      counts.messages++;
      counts.bytes += size;
      if (!isHandling) return handleFrom(frame);
      behind.push(frame);
      if (depth() < queueSize) return;
      isFull = true;
      listener.filled(depth());
    },
    end() {
      counts.discarded += depth();
      ahead = [];
      behind = [];
      isFull = false;
      const { end } = run;
      run = newRun(listener);
      return end();
    },
  };
}

/** What handlers are given between a start of the client and its close. */
function newRun({ failed }: Pick<InboxListener<never>, 'failed'>) {
  let controller: AbortController | undefined;
  // A variable of our own: asking the signal costs more than all the rest of a message.
  let isOver = false;
  /** Made for those who ask for it: most handlers never do, and it costs a twentieth of a connection. */
  const signal = () => {
    controller ??= new AbortController();
    if (isOver) controller.abort();
    return controller.signal;
  };
  return {
    context: { text: new HandlerContext('text', signal), binary: new HandlerContext('binary', signal) },
    mayHear: () => !isOver,
    /** A handler that gives up when its signal tells it to has not failed. */
    failed: (cause: unknown) => {
      if (!isOver) failed(optionFailed('HANDLER_FAILED', 'messageHandler', cause));
    },
    end: () => {
      isOver = true;
      return () => controller?.abort();
    },
  };
}

class HandlerContext implements MessageContext {
  readonly #signal: () => Signal;
  constructor(
    readonly type: FrameType,
    signal: () => Signal,
  ) {
    this.#signal = signal;
  }

  get signal(): Signal {
    return this.#signal();
  }
}

/** The engine's own words about JSON quote the frame, so they are no cause to pass on. */
function malformedError(frame: FrameData, cause: unknown, isSecret: boolean): MalformedMessageError {
  const error =
    cause instanceof MalformedMessageError
      ? cause
      : new MalformedMessageError(`Cannot decode a frame of ${frame.length}`, frame, {
          cause: isSecret ? undefined : cause,
        });
  settleRetryable(error, true);
  return error;
}
