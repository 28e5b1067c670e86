import type { ConnectionState, DatastreamClient, DatastreamError, DatastreamOptions } from '../../src';

/** What a page of the tests has beside the library. */
interface Stage {
  /** Everything that the clients of the page said, in order. */
  readonly messages: unknown[];
  readonly states: ConnectionState[];
  readonly errors: DatastreamError[];
  readonly warnings: string[];
  /** Every socket that was opened since the page was loaded. */
  readonly sockets: WebSocket[];
  /** How many timers have run since the page was loaded. */
  timersRun: number;
  /** The client that was created last. */
  client: DatastreamClient<unknown>;
  /** A client with delays short enough for tests. */
  create(options: Partial<DatastreamOptions<unknown>>): DatastreamClient<unknown>;
  /** Resolves when the condition is met; looks whenever a client has said something, a socket has closed or a timer has run. */
  until(isMet: () => boolean): Promise<void>;
  /** What is set up in the page and would keep a client alive there. */
  held(): { listeners: number; timers: number; sockets: number };
  /** Sets the clock of the page ahead, or back, as sleep and people do. */
  moveClock(milliseconds: number): void;
}

declare global {
  var SchematicDatastream: typeof import('../../src');
  var stage: Stage;
}

// What follows runs in the page, to which it travels as text: it uses nothing from outside these functions.

/** Counts what listens to the window or to the document. */
function countListeners(): () => number {
  const held: [target: EventTarget, type: string, listener: unknown][] = [];
  for (const target of [globalThis as unknown as EventTarget, document]) {
    const add = target.addEventListener.bind(target);
    const remove = target.removeEventListener.bind(target);
    const indexOf = (type: string, listener: unknown) =>
      held.findIndex((each) => each[0] === target && each[1] === type && each[2] === listener);
    target.addEventListener = (type: string, listener: EventListener) => {
      if (indexOf(type, listener) < 0) held.push([target, type, listener]);
      add(type, listener);
    };
    target.removeEventListener = (type: string, listener: EventListener) => {
      if (indexOf(type, listener) >= 0) held.splice(indexOf(type, listener), 1);
      remove(type, listener);
    };
  }
  return () => held.length;
}

/** Counts the timers that wait; `ran` is called after each that has run. */
function countTimers(ran: () => void): () => number {
  const held = new Set<unknown>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const setAndCount = (task: () => void, delay?: number) => {
    const timer = set(() => {
      held.delete(timer);
      task();
      ran();
    }, delay);
    held.add(timer);
    return timer;
  };
  const clearAndCount = (timer: number) => {
    held.delete(timer);
    clear(timer);
  };
  Object.assign(globalThis, { setTimeout: setAndCount, clearTimeout: clearAndCount });
  return () => held.size;
}

/** Keeps every socket that is opened; `closed` is called after the end of each. */
function keepSockets(closed: () => void): WebSocket[] {
  const sockets: WebSocket[] = [];
  globalThis.WebSocket = class extends globalThis.WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
      this.addEventListener('close', closed);
    }
  };
  return sockets;
}

/** Lets the clock of the page be set; returns the way to do it. */
function holdClock(): (milliseconds: number) => void {
  const now = Date.now;
  let offset = 0;
  Date.now = () => now() + offset;
  return (milliseconds) => void (offset += milliseconds);
}

function setUpStage(): void {
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const timers = countTimers(() => {
    stage.timersRun++;
    look();
  });
  const listeners = countListeners();
  const sockets = keepSockets(look);
  const moveClock = holdClock();
  const into = (list: unknown[]) => (item: unknown) => {
    list.push(item);
    look();
  };
  const ignore = () => undefined;

  globalThis.stage = {
    messages: [],
    states: [],
    errors: [],
    warnings: [],
    sockets,
    timersRun: 0,
    client: undefined as unknown as DatastreamClient<unknown>,
    create: (options) => {
      const client = new SchematicDatastream.DatastreamClient<unknown>({
        url: '',
        apiKey: 'key-1',
        messageHandler: ignore,
        minReconnectDelay: 20,
        maxReconnectDelay: 100,
        logger: { debug: ignore, info: ignore, warn: into(stage.warnings), error: ignore },
        ...options,
      });
      client.on('message', into(stage.messages));
      client.on('state', into(stage.states));
      client.on('error', into(stage.errors));
      stage.client = client;
      return client;
    },
    until: (isMet) =>
      new Promise((resolve) => {
        const watcher = () => {
          if (!isMet()) return;
          watchers.delete(watcher);
          resolve();
        };
        watchers.add(watcher);
        watcher();
      }),
    held: () => ({
      listeners: listeners(),
      timers: timers(),
      sockets: sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
    }),
    moveClock,
  };
}

/** Sets the stage of a page; runs before the library is loaded. */
export const STAGE_SCRIPT = `(() => {
${[countListeners, countTimers, keepSockets, holdClock, setUpStage].map(String).join('\n')}
setUpStage();
})();`;
