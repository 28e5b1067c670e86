import mitt from 'mitt';
import { announcer, type Announcer } from './announcer';
import { connection, type Connection } from './connection';
import { closesAfterUse } from './disposal';
import { isExposed, withoutQuery } from './endpoint';
import { DatastreamError, goesOn, MalformedMessageError } from './errors';
import type { DatastreamEvents } from './events';
import { nothing } from './guarded';
import { inbox, type Inbox } from './inbox';
import type { Emitter, Listener } from './listeners';
import type { DatastreamMessage, FrameData } from './messages';
import { resolveOptions, type DatastreamOptions } from './options';
import type { Cancel } from './platform/platform';
import { retryPolicy } from './retry';
import type { Settings } from './settings';
import type { Signal } from './signal';
import { isConnected, transition, type ConnectionEvent, type ConnectionState, type RetryPolicy } from './state';
import type { DatastreamStats } from './stats';
import { waitingRoom, type WaitingRoom, type WaitOptions } from './waiting';

/** How one message is sent. */
export interface SendOptions {
  /** Takes the call back: it rejects with `ABORTED`, and what has not been sent never is. */
  signal?: Signal;
  /** Waits for the next connection instead of rejecting with `NOT_CONNECTED`. */
  whenConnected?: boolean;
}

type Counts = Omit<DatastreamStats, 'queueDepth' | 'roundTripTime'>;

/**
 * Follows a datastream through many connections: reconnects by itself, keeps order, and tells the truth about its state.
 *
 * @typeParam Message - what the option `decode` yields
 */
export class DatastreamClient<Message = DatastreamMessage> {
  /** In a function, where no console finds the key. */
  readonly #settings: () => Settings<Message>;
  readonly #retry: RetryPolicy;
  readonly #announcer: Announcer<Message>;
  readonly #inbox: Inbox;
  readonly #waiting: WaitingRoom;
  readonly #counts: Counts;

  #state: ConnectionState = { status: 'idle' };
  #connection: Connection | undefined;
  #cancelWait: Cancel = nothing;
  #unwatchPage: Cancel = nothing;
  #closing: Promise<unknown> = Promise.resolve();

  /** As `close`, for `await using`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  /**
   * Nothing is opened before `start()`.
   *
   * @throws InvalidOptionError when an option is missing or wrong; it names the option
   */
  constructor(options: DatastreamOptions<Message>);
  /** @internal `emitter` is where events go out: whoever has it can announce more, to the same listeners. */
  // eslint-disable-next-line @typescript-eslint/unified-signatures -- one is published, the other is not
  constructor(options: DatastreamOptions<Message>, emitter: Emitter<DatastreamEvents<Message>>);
  constructor(options: DatastreamOptions<Message>, emitter: Emitter<DatastreamEvents<Message>> = mitt()) {
    const settings = resolveOptions(options);
    closesAfterUse(this);
    const { endpoint, logger, platform, signal } = settings;
    this.#settings = () => settings;
    this.#counts = {
      attempts: 0,
      reconnects: -1,
      messages: 0,
      bytes: 0,
      messagesSent: 0,
      discarded: 0,
      since: this.#now(),
    };
    this.#announcer = announcer(emitter, this.url, logger, (line) => platform.report(line));
    const { error, listeners, log } = this.#announcer;
    this.#retry = retryPolicy(settings, () => platform.random(), error);
    this.#inbox = inbox(settings, this.#counts, {
      delivered: (message, mayHear) => {
        if (listeners.has('message')) listeners.emit('message', message, mayHear);
      },
      failed: error,
      filled: (waiting) => {
        if (this.#connection?.pause() === false) {
          this.#lose(goesOn('QUEUE_OVERFLOW', `${waiting} messages wait for the handler`));
        }
      },
      drained: () => this.#connection?.resume(),
    });
    this.#waiting = waitingRoom(platform.clock, () => {
      const state = this.#state;
      if (state.status !== 'closed') return undefined;
      return state.error ?? new DatastreamError('CLIENT_CLOSED', 'The client is closed');
    });
    if (isExposed(endpoint)) log('warn', `the key goes unencrypted to ${this.url}; use wss:`);
    if (!options.auth && !platform.sendsHeaders)
      log('warn', 'this platform sends no headers: the key goes into the query');
    if (signal?.aborted) this.#state = { status: 'closed' };
    else signal?.addEventListener('abort', this.#closeOnAbort);
  }

  /** The URL that is dialled, without its query: that may carry a key. */
  get url(): string {
    return withoutQuery(this.#settings().endpoint);
  }

  /** What the client is doing now; a new object at each change, so that it can be kept and compared. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** Whether messages can be sent: the socket is open. */
  isConnected(): boolean {
    return isConnected(this.#state);
  }

  /** Whether the connection is open and the ready handler has succeeded on it. */
  isReady(): boolean {
    return this.#state.status === 'ready';
  }

  /** Dials, from `idle` and again from `closed`; in every other state it does nothing, nor once `signal` has aborted. */
  start(): void {
    this.#begin('start');
  }

  /** Dials now, from any state, skipping the wait and dropping the connection there is; starts a new count of attempts. */
  reconnect(): void {
    this.#begin('reconnect');
  }

  /**
   * Ends the client: the state is `closed` and delivery has ended when this returns. What was sent goes out, then a close
   * frame. The promise resolves when nothing is left of the connection, at most 80 ms later; it never rejects.
   */
  async close(): Promise<void> {
    this.#dispatch({ type: 'close' });
    await this.#closing;
  }

  /**
   * Resolves when the client is ready, at once if it is.
   *
   * @throws DatastreamError what ended the client or `CLIENT_CLOSED`, `ABORTED`, or `READY_TIMEOUT`, as a rejection
   */
  ready(options: WaitOptions = {}): Promise<void> {
    return this.#waiting.wait(() => this.isReady(), nothing, options);
  }

  /**
   * Sends a message in the order of the calls; resolves when it is handed to the network.
   *
   * @throws DatastreamError `NOT_CONNECTED`, `CONNECTION_CLOSED`, `WRITE_TIMEOUT`, `MALFORMED_MESSAGE` when it cannot be
   * encoded, `ABORTED`, or, with `whenConnected`, `CLIENT_CLOSED`, as a rejection
   */
  sendMessage(message: unknown, { signal, whenConnected }: SendOptions = {}): Promise<void> {
    let frame: FrameData;
    try {
      frame = this.#settings().encode(message);
    } catch (cause) {
      return Promise.reject(new MalformedMessageError('Cannot encode the message', message, { cause }));
    }
    if (!whenConnected && !(signal && this.isConnected())) return this.#send(frame);
    return this.#waiting.wait(
      () => this.isConnected(),
      () => this.#send(frame),
      { signal },
    );
  }

  /** Calls `listener` at each event of a kind; returns its undo. One that throws gives an `error` event. */
  on<Type extends keyof DatastreamEvents<Message>>(
    type: Type,
    listener: Listener<DatastreamEvents<Message>[Type]>,
  ): Cancel {
    return this.#announcer.listeners.add(type, listener);
  }

  /** As `on`, for the next event only. */
  once<Type extends keyof DatastreamEvents<Message>>(
    type: Type,
    listener: Listener<DatastreamEvents<Message>[Type]>,
  ): Cancel {
    return this.#announcer.listeners.add(type, listener, true);
  }

  /** Undoes one `on` or `once` of this listener. */
  off<Type extends keyof DatastreamEvents<Message>>(
    type: Type,
    listener: Listener<DatastreamEvents<Message>[Type]>,
  ): void {
    this.#announcer.listeners.off(type, listener);
  }

  /**
   * The errors from now on, for `for await`: each call is a reader of its own that keeps the latest 100, and ends, after
   * the error that ended the client if there is one, when the client closes.
   */
  errors(): AsyncIterableIterator<DatastreamError> {
    return this.#announcer.read(this.#state);
  }

  /** What the client has done so far: a copy, taken now. */
  stats(): DatastreamStats {
    return {
      ...this.#counts,
      // The first time that the client became ready was none.
      reconnects: Math.max(0, this.#counts.reconnects),
      queueDepth: this.#inbox.depth(),
      roundTripTime: this.#connection?.roundTripTime(),
    };
  }

  /** What may be shown of a client: no key, no message. */
  toJSON(): { url: string; status: ConnectionState['status'] } {
    return { url: this.url, status: this.#state.status };
  }

  #begin(type: 'start' | 'reconnect'): void {
    const { signal } = this.#settings();
    if (signal?.aborted) return;
    signal?.addEventListener('abort', this.#closeOnAbort);
    this.#dispatch({ type });
  }

  readonly #closeOnAbort = (): void => void this.close();

  /** The one way to change: commit, act, announce, so that whoever hears of it meets a consistent client. */
  #dispatch(event: ConnectionEvent): void {
    const previous = this.#state;
    const next = transition(previous, event, this.#retry);
    if (next === previous) return;
    const loss = 'error' in event ? event.error : undefined;
    if (this.#state === previous) {
      this.#state = next;
      this.#announcer.change(next, loss, () => this.#enter(next));
    } else if (loss && this.#state.status !== 'closed') {
      // The hook that judged the loss has reconnected the client itself, and what the user asked for wins.
      this.#announcer.error(loss);
    }
  }

  #enter(state: ConnectionState): void {
    const { platform, signal } = this.#settings();
    this.#cancelWait();
    this.#waiting.look();
    switch (state.status) {
      case 'connecting':
        this.#unwatchPage();
        this.#unwatchPage = this.#watchPage();
        this.#drop();
        // Whoever listens to the end of the last connection may have changed the state again.
        if (this.#state === state) this.#dial();
        break;
      case 'initializing':
        if (this.#state === state) this.#connection?.initialize();
        break;
      case 'ready':
        this.#counts.reconnects++;
        break;
      case 'waiting':
        if (!state.paused)
          this.#cancelWait = platform.clock.after(state.delay, () => this.#dispatch({ type: 'elapsed' }));
        this.#drop(state.error);
        break;
      case 'closed': {
        this.#unwatchPage();
        signal?.removeEventListener('abort', this.#closeOnAbort);
        const tellHandlers = this.#inbox.end();
        this.#drop(state.error);
        tellHandlers();
      }
    }
  }

  #dial(): void {
    this.#counts.attempts++;
    this.#connection = connection(this.#settings(), {
      opened: () => this.#dispatch({ type: 'opened' }),
      received: this.#inbox.receive,
      readied: () => this.#dispatch({ type: 'ready', at: this.#now() }),
      lost: (error) => this.#lose(error),
    });
    this.#connection.open();
  }

  /** Ends the connection; whoever hears of it by a signal may do anything. */
  #drop(error?: DatastreamError): void {
    const dropped = this.#connection;
    this.#connection = undefined;
    const closed = dropped?.close(error);
    this.#closing = this.#closing.then(() => closed);
  }

  #lose(error: DatastreamError, isKept?: boolean): void {
    const isOffline = this.#settings().platform.page?.isOnline === false;
    this.#dispatch({ type: 'lost', error, at: this.#now(), isOffline, isKept });
  }

  #watchPage(): Cancel {
    const { page } = this.#settings().platform;
    if (!page) return nothing;
    /** What time would have brought is due; a wait that stood still for want of a network ends when there is one. */
    const woke = () => {
      const state = this.#state;
      if (state.status !== 'waiting') this.#connection?.wake();
      else if (state.paused ? page.isOnline : this.#now() >= state.retryAt) this.#dispatch({ type: 'elapsed' });
    };
    return page.watch({
      offline: () => this.#dispatch({ type: 'offline' }),
      kept: () => this.#lose(goesOn('CONNECTION_CLOSED', 'Page put away'), true),
      woke,
    });
  }

  #send(frame: FrameData): Promise<void> {
    if (!this.#connection || !this.isConnected()) {
      const message = `Cannot send while ${this.#state.status}: use whenConnected`;
      return Promise.reject(new DatastreamError('NOT_CONNECTED', message));
    }
    this.#counts.messagesSent++;
    return this.#connection.send(frame);
  }

  #now(): number {
    return this.#settings().platform.clock.now();
  }
}
