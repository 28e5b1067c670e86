import type { FrameType } from './messages';
import type { Signal } from './signal';

/** What a handler learns beside the message. */
export interface MessageContext {
  /** Aborts at `close()`. */
  readonly signal: Signal;
  /** How the frame arrived. */
  readonly type: FrameType;
}

/** What the ready handler learns. */
export interface ReadyContext {
  /** Aborts when the connection that is being made ready ends. */
  readonly signal: Signal;
}
