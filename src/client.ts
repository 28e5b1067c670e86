import mitt from 'mitt';
import { announcer, type Announcer } from './announcer';
import { Connection } from './connection';
import { isExposed, withoutSecrets } from './endpoint';
import { DatastreamError, MalformedMessageError } from './errors';
import type { DatastreamEvents } from './events';
import { Gate, type WaitOptions } from './gate';
import type { Listener } from './listeners';
import { nothing } from './guarded';
import { inbox, type Inbox } from './inbox';
import type { Log } from './log';
import type { DatastreamMessage, FrameData } from './messages';
import { resolveOptions, type DatastreamOptions } from './options';
import type { Cancel, Clock, PageListener } from './platform/platform';
import { ReadyPhase } from './ready-phase';
import { Retry } from './retry';
import type { Settings } from './settings';
import { abortable, abortedError, type Signal } from './signal';
import { isConnected, transition, type ConnectionEvent, type ConnectionState } from './state';
import type { DatastreamStats } from './stats';

/** How one message is sent. */
export interface SendOptions {
  /** Takes the call back: it rejects with `ABORTED`, and what has not been sent never is. */
  signal?: Signal;
  /** Waits for the next connection instead of rejecting with `NOT_CONNECTED`. */
  whenConnected?: boolean;
}

/**
 * Follows a datastream through many connections: reconnects by itself, keeps order, and tells the truth about its state.
 *
 * @typeParam Message - what the option `decode` yields
 */
export class DatastreamClient<Message = DatastreamMessage> {
  readonly #settings: Settings<Message>;
  readonly #clock: Clock;
  readonly #retry: Retry;
  readonly #announcer: Announcer<Message>;
  readonly #inbox: Inbox;
  readonly #readyGate: Gate;
  readonly #connectedGate: Gate;
  readonly #counters = { attempts: 0, readied: 0, messagesSent: 0 };
  readonly #since: number;

  #state: ConnectionState = { status: 'idle' };
  #connection: Connection | undefined;
  /** Undoes what the current state has started, its connection apart. */
  #leaveState: Cancel = nothing;
  #readyPhase: ReadyPhase | undefined;
  #unwatchPage: Cancel | undefined;
  #closing: Promise<unknown> = Promise.resolve();

  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  /**
   * Nothing is opened before `start()`.
   *
   * @throws InvalidOptionError when an option is missing or wrong; it names the option
   */
  constructor(options: DatastreamOptions<Message>) {
    const settings = resolveOptions(options);
    const { platform, signal } = settings;
    this.#settings = settings;
    this.#clock = platform.clock;
    this.#since = platform.clock.now();
    this.#announcer = announcer(mitt<DatastreamEvents<Message>>(), this.url, settings.logger, (line) =>
      platform.report(line),
    );
    const report = (error: DatastreamError) => this.#announcer.error(error);
    this.#retry = new Retry(settings, () => platform.random(), report);
    this.#inbox = inbox(settings, {
      delivered: (message, mayHear) => {
        const { listeners } = this.#announcer;
        if (listeners.has('message')) listeners.emit('message', message, mayHear);
      },
      failed: report,
      filled: (waiting) => this.#applyBackpressure(waiting),
      drained: () => this.#connection?.resume(),
    });
    this.#readyGate = new Gate(platform.clock);
    this.#connectedGate = new Gate(platform.clock);
    warnOfExposedKey(settings, this.#announcer.log);
    // Where the symbol does not exist, the method would be one named "undefined".
    if ((Symbol.asyncDispose as symbol | undefined) !== undefined) hide(this, Symbol.asyncDispose, () => this.close());
    // Consoles look into objects, and where private fields are plain properties they would find the key.
    for (const console of ['nodejs.util.inspect.custom', 'Deno.customInspect']) {
      hide(this, Symbol.for(console), () => this.toJSON());
    }
    if (signal?.aborted) this.#state = { status: 'closed' };
    else signal?.addEventListener('abort', this.#closeOnAbort);
  }

  /** The URL that is dialled, without its query: that may carry a key. */
  get url(): string {
    return withoutSecrets(this.#settings.endpoint);
  }

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
    if (this.isReady()) return Promise.resolve();
    if (this.#state.status === 'closed') return Promise.reject(closedError(this.#state.error));
    return this.#readyGate.wait(nothing, options);
  }

  /**
   * Sends a message in the order of the calls; resolves when it is handed to the network.
   *
   * @throws DatastreamError `NOT_CONNECTED`, `CONNECTION_CLOSED`, `WRITE_TIMEOUT`, `MALFORMED_MESSAGE` when it cannot be
   * encoded, `ABORTED`, or, with `whenConnected`, `CLIENT_CLOSED`, as a rejection
   */
  sendMessage(message: unknown, options: SendOptions = {}): Promise<void> {
    const { signal, whenConnected } = options;
    if (signal?.aborted) return Promise.reject(abortedError(signal));
    let frame: FrameData;
    try {
      frame = this.#settings.encode(message);
    } catch (cause) {
      return Promise.reject(new MalformedMessageError('The message cannot be encoded', message, { cause }));
    }
    if (this.isConnected()) return this.#send(frame, signal);
    if (!whenConnected) return Promise.reject(notConnectedError(this.#state.status));
    if (this.#state.status === 'closed') return Promise.reject(closedError(this.#state.error));
    return this.#connectedGate.wait(() => this.#send(frame, signal), { signal });
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

  stats(): DatastreamStats {
    const { attempts, readied, messagesSent } = this.#counters;
    return {
      attempts,
      reconnects: Math.max(0, readied - 1),
      ...this.#inbox.counts,
      messagesSent,
      queueDepth: this.#inbox.depth(),
      roundTripTime: this.#connection?.roundTripTime,
      since: this.#since,
    };
  }

  /** What may be shown of a client: no key, no message. */
  toJSON(): { url: string; status: ConnectionState['status'] } {
    return { url: this.url, status: this.#state.status };
  }

  #begin(type: 'start' | 'reconnect'): void {
    const { signal } = this.#settings;
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
    // A hook that judges a loss may itself have closed or reconnected the client, and what the user asked for wins.
    if (this.#state !== previous) return this.#tellOvertaken(event);
    this.#state = next;
    this.#announcer.change(next, 'error' in event ? event.error : undefined, () => {
      this.#leaveState();
      this.#leaveState = nothing;
      this.#enter(next, event);
    });
  }

  #tellOvertaken(event: ConnectionEvent): void {
    if ('error' in event && this.#state.status !== 'closed') this.#announcer.error(event.error);
  }

  #enter(state: ConnectionState, event: ConnectionEvent): void {
    switch (state.status) {
      case 'connecting':
        if (event.type !== 'elapsed') this.#retry.begin();
        this.#unwatchPage ??= this.#settings.platform.page?.watch(this.#pageListener());
        this.#dropConnection();
        // Whoever listens to the end of the last connection may have changed the state again.
        if (this.#state === state) this.#dial();
        return;
      case 'initializing':
        this.#connectedGate.open();
        if (this.#state === state) this.#initialize();
        return;
      case 'ready':
        this.#counters.readied++;
        return this.#readyGate.open();
      case 'waiting':
        if (event.type === 'kept' && state.attempt === 1) this.#retry.begin();
        if (!state.paused) this.#leaveState = this.#clock.after(state.delay, this.#endWait);
        return this.#dropConnection(state.error);
      case 'closed':
        return this.#end(state.error);
    }
  }

  #dial(): void {
    this.#counters.attempts++;
    const connection = new Connection(this.#settings, {
      opened: () => this.#dispatch({ type: 'opened' }),
      received: (frame, size) => this.#inbox.receive(frame, size),
      lost: (error) => this.#lose(error),
    });
    this.#connection = connection;
    connection.open();
  }

  #initialize(): void {
    const { connectionReadyHandler, readyTimeout } = this.#settings;
    const succeeded = () => this.#dispatch({ type: 'ready', at: this.#clock.now() });
    if (!connectionReadyHandler) return succeeded();
    const phase = new ReadyPhase(this.#clock, readyTimeout, { succeeded, failed: (error) => this.#lose(error) });
    this.#readyPhase = phase;
    phase.run(connectionReadyHandler);
  }

  readonly #endWait = (): void => this.#dispatch({ type: 'elapsed' });

  #lose(error: DatastreamError): void {
    const isOffline = this.#settings.platform.page?.isOnline === false;
    this.#dispatch({ type: 'lost', error, at: this.#clock.now(), isOffline });
  }

  #pageListener(): PageListener {
    return {
      online: () => this.#endPause(),
      offline: () => this.#dispatch({ type: 'offline' }),
      kept: () => {
        const error = new DatastreamError('CONNECTION_CLOSED', 'The page was put away', { retryable: true });
        this.#dispatch({ type: 'kept', error, at: this.#clock.now() });
      },
      restored: () => (this.#state.status === 'waiting' ? this.#endPause() : this.#wake()),
      woke: () => this.#wake(),
    };
  }

  /** A wait that stood still is over at once; any other goes on, as the server may have asked for it. */
  #endPause(): void {
    if (this.#state.status === 'waiting' && this.#state.paused) this.#endWait();
  }

  /** Time may have passed in which no timer ran: what it would have brought is due. */
  #wake(): void {
    const state = this.#state;
    if (state.status !== 'waiting') this.#connection?.wake();
    else if (state.paused ? this.#settings.platform.page?.isOnline : this.#clock.now() >= state.retryAt)
      this.#endWait();
  }

  #dropConnection(error?: DatastreamError): void {
    this.#takeConnection(error)();
  }

  /** Ends the connection. What it returns tells a ready handler that still runs, by its signal: its listeners may do anything. */
  #takeConnection(error?: DatastreamError): () => void {
    const connection = this.#connection;
    const readyPhase = this.#readyPhase;
    this.#connection = this.#readyPhase = undefined;
    if (connection) this.#closing = Promise.all([this.#closing, connection.close(error)]).then(nothing);
    return readyPhase?.end() ?? nothing;
  }

  #end(error: DatastreamError | undefined): void {
    this.#unwatchPage?.();
    this.#unwatchPage = undefined;
    this.#settings.signal?.removeEventListener('abort', this.#closeOnAbort);
    this.#readyGate.fail(closedError(error));
    this.#connectedGate.fail(closedError(error));
    const tellMessageHandlers = this.#inbox.end();
    const tellReadyHandler = this.#takeConnection(error);
    tellMessageHandlers();
    tellReadyHandler();
  }

  #applyBackpressure(waiting: number): void {
    if (this.#connection?.pause() !== false) return;
    const message = `${waiting} messages wait for the handler, and this platform cannot slow the server down`;
    this.#lose(new DatastreamError('QUEUE_OVERFLOW', message, { retryable: true }));
  }

  #send(frame: FrameData, signal: Signal | undefined): Promise<void> {
    if (!this.#connection) return Promise.reject(notConnectedError(this.#state.status));
    this.#counters.messagesSent++;
    const sent = this.#connection.send(frame);
    return signal ? abortable(sent, signal) : sent;
  }
}

function hide(target: object, name: symbol, value: () => unknown): void {
  Object.defineProperty(target, name, { value });
}

function closedError(terminal: DatastreamError | undefined): DatastreamError {
  return terminal ?? new DatastreamError('CLIENT_CLOSED', 'The client is closed; start() opens it again');
}

function notConnectedError(status: string): DatastreamError {
  return new DatastreamError('NOT_CONNECTED', `Cannot send while ${status}; wait for ready(), or use whenConnected`);
}

function warnOfExposedKey<Message>({ endpoint, fellBackToQuery }: Settings<Message>, log: Log): void {
  if (isExposed(endpoint))
    log('warn', `the key goes unencrypted over the network to ${withoutSecrets(endpoint)}; use wss:`);
  if (fellBackToQuery)
    log('warn', `this platform sends no headers: the key goes into the query of the URL, which the server must accept`);
}
