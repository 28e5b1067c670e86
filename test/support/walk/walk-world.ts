import {
  DatastreamClient,
  headerAuth,
  messageAuth,
  queryAuth,
  subprotocolAuth,
  type AuthStrategy,
  type ConnectionState,
  type DatastreamError,
  type DatastreamOptions,
  type Logger,
} from '../../../src';
import type { SocketListener, SocketRequest } from '../../../src/platform/platform';
import { FakePlatform, type FakePlatformOptions, type FakeSocket } from '../../../src/testing/fakes';
import { Marker, MARKER_KEY } from '../marker';
import { Ambushes } from './ambushes';
import { Calls } from './calls';

/** What kind of client walks, and in what kind of world. */
export interface Circumstances {
  /** What the sockets can do, and whether there is a page. */
  platform: Required<Pick<FakePlatformOptions, 'page' | 'pings' | 'pauses' | 'terminates'>>;
  auth: keyof typeof STRATEGIES;
  key: 'constant' | 'changing' | 'promised';
  hasReadyHandler: boolean;
  /** Whether a message is handled until the walk says that it is done. */
  handlesSlowly: boolean;
  /** Whether the user decides on waits and on giving up. */
  hasHooks: boolean;
  hasHeartbeat: boolean;
  hasLogger: boolean;
  hasSignal: boolean;
  maxReconnectAttempts: number;
  queueSize: number;
}

const STRATEGIES = {
  header: headerAuth(),
  query: queryAuth(),
  subprotocol: subprotocolAuth({ protocol: 'v1' }),
  message: messageAuth((key) => ({ auth: key })),
};

const STATUSES = ['idle', 'connecting', 'initializing', 'ready', 'waiting', 'closed'] as const;

/** A promise that the walk settles. */
interface Pending {
  finish: () => void;
  fail: () => void;
}

/** A client in a fake world, with all that it was asked for, that it did and that it said. */
export class WalkWorld {
  readonly client: DatastreamClient<number>;
  readonly platform: WatchedPlatform;
  readonly ambushes = new Ambushes();
  readonly calls: Calls;
  readonly circumstances: Circumstances;
  /** Whose key must not appear anywhere but on the wire. */
  readonly marker = new Marker();

  /** What the user last asked for. */
  intent: 'idle' | 'open' | 'closed' = 'idle';
  readonly option = new AbortController();
  /** For calls that may be taken back. */
  callers = new AbortController();
  /** How often the user has closed the client. */
  closes = 0;

  readonly states: ConnectionState[] = [];
  readonly statesOfWitness: ConnectionState[] = [];
  /** Those that were told by their own names. */
  readonly statesByName: ConnectionState[] = [];
  readonly errors: DatastreamError[] = [];
  readonly errorsOfWitness: DatastreamError[] = [];
  readonly errorsRead: DatastreamError[] = [];
  readonly lines: string[] = [];
  /** Errors that ended the client. */
  readonly terminal = new Set<unknown>();

  /** How often the client had been closed when the server sent each message. */
  readonly closesAtSending: number[] = [];
  /** Frames that the server sent on a connection that was open. */
  sentByServer = 0;
  decoded = 0;
  malformed = 0;
  /** Messages that the handler need not get: the client was closed while they were decoded. */
  excused = 0;
  readonly handled: number[] = [];
  /** What listeners heard, each with how often the client had ended by then: whoever ends it keeps others from hearing. */
  readonly heard: { message: number; ends: number }[] = [];
  readonly heardByWitness = new Set<number>();
  handlerFailures = 0;
  readonly pendingMessages: Pending[] = [];
  readonly pendingReadies: Pending[] = [];
  readonly pendingKeys: Pending[] = [];
  readonly readySignals: AbortSignal[] = [];
  readonly messageSignals = new Set<AbortSignal>();

  /** What `shouldReconnect` and `backoff` say next. */
  readonly wishes: boolean[] = [];
  readonly waits: number[] = [];
  /** What `backoff` said after each loss, `undefined` when it said nothing usable. */
  readonly waitAfter = new Map<DatastreamError, number | undefined>();
  readonly wishAfter = new Map<DatastreamError, boolean>();

  /** What was seen to be wrong in the middle of things. */
  readonly faults: string[] = [];

  readonly #accepted = new Set<FakeSocket>();
  readonly #keysUsed = new Set<string>();
  #asked = 0;
  #newestKey = MARKER_KEY;
  /** How often the user has changed the key. */
  #changes = 0;
  #encoded = 0;
  #lossInJudgement: DatastreamError | undefined;

  constructor(circumstances: Circumstances) {
    this.circumstances = circumstances;
    this.platform = new WatchedPlatform(circumstances.platform, (request) => this.#opening(request));
    this.calls = new Calls(this.terminal, this.marker, () => this.#sent());
    this.client = new DatastreamClient<number>(this.#options());
    this.client.on('state', (state) => this.#told('stateListener', this.states, state));
    this.client.on('state', (state) => {
      this.statesOfWitness.push(state);
      if (state.status === 'closed' && state.error) this.terminal.add(state.error);
    });
    this.client.on('error', (error) => this.#told('errorListener', this.errors, error));
    this.client.on('error', (error) => this.errorsOfWitness.push(error));
    this.client.on('message', (message) => this.#heard(message));
    for (const status of STATUSES) {
      this.client.on(status, (state) => this.#told('statusListener', this.statesByName, state));
    }
    this.client.on('message', (message) => {
      this.#mayHandle(message, 'A second listener heard');
      this.heardByWitness.add(message);
    });
  }

  get socket(): FakeSocket | undefined {
    return this.platform.sockets.at(-1);
  }

  /** How often the client was closed or gave up. */
  get ends(): number {
    return this.closes + this.states.filter(({ status }) => status === 'closed').length;
  }

  /** The key that a connection has, as servers and networks repeat it. */
  get newestKey(): string {
    return this.#newestKey;
  }

  /** From now on the user's function gives another key. */
  changeKey(): void {
    this.#changes++;
  }

  /** Calls the client, which never throws. */
  call(use: (client: DatastreamClient<number>) => void): void {
    try {
      use(this.client);
    } catch (error) {
      this.faults.push(`The client threw ${String(error)}`);
    }
  }

  /** The server accepts the upgrade. */
  accept(socket: FakeSocket): void {
    if (socket.isLive) this.#accepted.add(socket);
    socket.accept();
  }

  /** The server sends its next message, or a frame that is none. */
  deliver(socket: FakeSocket, frame?: string | Uint8Array): void {
    if (socket.isLive && this.#accepted.has(socket)) this.sentByServer++;
    if (frame !== undefined) return socket.deliver(frame);
    socket.deliver(String(this.closesAtSending.push(this.closes) - 1));
  }

  #options(): DatastreamOptions<number> {
    const { hasReadyHandler, hasHooks, hasHeartbeat, hasLogger, hasSignal, maxReconnectAttempts, queueSize } =
      this.circumstances;
    return {
      url: 'wss://example.com/datastream',
      platform: this.platform,
      apiKey: this.#apiKey(),
      auth: this.#auth(),
      maxReconnectAttempts,
      queueSize,
      messageHandler: (message, { signal }) => this.#handle(message, signal),
      decode: (data) => this.#decode(data),
      encode: (message) => this.#encode(message),
      ...(hasReadyHandler && { connectionReadyHandler: ({ signal }) => this.#getReady(signal) }),
      ...(hasHooks && {
        shouldReconnect: (loss) => this.#judge(loss),
        backoff: () => this.#chooseWait(),
      }),
      ...(hasHeartbeat && { heartbeat: { message: () => this.#beat() } }),
      ...(hasLogger && { logger: this.#logger() }),
      ...(hasSignal && { signal: this.option.signal }),
    };
  }

  #apiKey(): DatastreamOptions['apiKey'] {
    const { key } = this.circumstances;
    if (key === 'constant') return MARKER_KEY;
    const ask = () => {
      const key = `${MARKER_KEY}-${this.#changes}-${++this.#asked}`;
      this.#newestKey = key;
      this.ambushes.spring('apiKey');
      return key;
    };
    if (key === 'changing') return ask;
    return () => {
      const given = ask();
      return settledLater(this.pendingKeys, () => given);
    };
  }

  #auth(): AuthStrategy {
    const inner = STRATEGIES[this.circumstances.auth];
    const authorize = (key: string) => {
      if (key !== this.#newestKey) this.faults.push(`A dial carries ${key} and not ${this.#newestKey}`);
      if (key !== MARKER_KEY && this.#keysUsed.has(key))
        this.faults.push(`A dial carries ${key}, as an earlier one did`);
      this.#keysUsed.add(key);
      this.ambushes.spring('authorize');
      return inner.authorize(key);
    };
    return { ...inner, authorize };
  }

  #logger(): Logger {
    const log = (line: string, ...details: unknown[]) => {
      this.lines.push(line);
      for (const each of [line, ...details]) this.marker.show('log', each);
      this.ambushes.spring('logger');
    };
    return { debug: log, info: log, warn: log, error: log };
  }

  #getReady(signal: AbortSignal): Promise<void> {
    this.readySignals.push(signal);
    signal.addEventListener('abort', () => this.ambushes.spring('readySignal'));
    this.ambushes.spring('readyHandler');
    return settledLater(this.pendingReadies, () => undefined);
  }

  #handle(message: number, signal: AbortSignal): void | Promise<void> {
    this.#mayHandle(message, 'The handler got');
    if (message <= (this.handled.at(-1) ?? -1)) this.faults.push(`Message ${message} came out of order, or twice`);
    if (this.pendingMessages.length > 0) this.faults.push(`Message ${message} came while another was handled`);
    this.handled.push(message);
    if (!this.messageSignals.has(signal)) {
      this.messageSignals.add(signal);
      signal.addEventListener('abort', () => this.ambushes.spring('messageSignal'));
    }
    const failed = (error: unknown): never => {
      // A handler that gives up when its signal tells it to has not failed.
      if (!signal.aborted) this.handlerFailures++;
      throw error;
    };
    try {
      this.ambushes.spring('messageHandler');
    } catch (error) {
      failed(error);
    }
    if (this.circumstances.handlesSlowly) return settledLater(this.pendingMessages, () => undefined).catch(failed);
  }

  #heard(message: number): void {
    this.#mayHandle(message, 'A listener heard');
    this.heard.push({ message, ends: this.ends });
    this.ambushes.spring('messageListener');
  }

  /** Nothing is delivered after `close()`. */
  #mayHandle(message: number, who: string): void {
    if (this.closesAtSending[message] !== this.closes) this.faults.push(`${who} ${message}, sent before a close()`);
    if (this.client.state.status === 'closed') this.faults.push(`${who} ${message} though the client is closed`);
  }

  #decode(data: string | Uint8Array): number {
    this.decoded++;
    const { closes } = this;
    const { attempts } = this.client.stats();
    try {
      this.ambushes.spring('decode');
      if (!/^\d+$/.test(String(data))) throw new TypeError('This is no message of the walk');
      const message = Number(data);
      const isMeddledWith = this.closes !== closes || this.client.stats().attempts !== attempts;
      if (isMeddledWith || this.client.state.status === 'closed') this.excused++;
      return message;
    } catch (error) {
      this.malformed++;
      throw error;
    }
  }

  #encode(message: unknown): string {
    this.ambushes.spring('encode');
    // Calls count in the order in which their messages are ready to go.
    return JSON.stringify({ ...(message as object), order: ++this.#encoded });
  }

  #judge(loss: DatastreamError): boolean | undefined {
    this.#lossInJudgement = loss;
    this.ambushes.spring('shouldReconnect');
    const wish = this.wishes.shift();
    if (wish !== undefined) this.wishAfter.set(loss, wish);
    this.#lossInJudgement = loss;
    return wish;
  }

  #chooseWait(): number {
    const loss = this.#lossInJudgement;
    this.ambushes.spring('backoff');
    const wait = this.waits.shift() ?? 2_000;
    // A hook that was ambushed may have lived through another loss, which was judged first.
    if (loss && !this.waitAfter.has(loss)) this.waitAfter.set(loss, Number.isNaN(wait) ? undefined : wait);
    return wait;
  }

  #beat(): unknown {
    this.ambushes.spring('heartbeat');
    return { beat: true };
  }

  #told<Event>(place: 'stateListener' | 'statusListener' | 'errorListener', journal: Event[], event: Event): void {
    journal.push(event);
    if (place === 'errorListener') this.marker.show(place, event);
    this.ambushes.spring(place);
  }

  #opening({ headers, url, protocols }: SocketRequest): void {
    if (this.intent !== 'open') this.faults.push(`A socket was opened though the user wants it ${this.intent}`);
    if (this.platform.liveSockets.length > 0) this.faults.push('A socket was opened beside a live one');
    const key = this.#newestKey;
    const places = {
      header: headers['X-Schematic-Api-Key'] === key,
      query: new URL(url).searchParams.get('apiKey') === key,
      subprotocol: protocols.some((protocol) => protocol.endsWith(`.${Buffer.from(key).toString('base64url')}`)),
      message: true,
    };
    if (!places[this.circumstances.auth]) this.faults.push(`A socket does not carry ${key}`);
    const isOfNow = key === MARKER_KEY || key.startsWith(`${MARKER_KEY}-${this.#changes}-`);
    if (!isOfNow) this.faults.push(`A socket carries ${key} after ${this.#changes} changes`);
  }

  /** How often each message of a call was sent. */
  #sent(): Map<number, number> {
    const counts = new Map<number, number>();
    for (const frame of this.platform.sockets.flatMap(({ sent }) => sent)) {
      const { send = 0 } = JSON.parse(String(frame)) as { send?: number };
      counts.set(send, (counts.get(send) ?? 0) + 1);
    }
    return counts;
  }
}

/** A fake platform that tells of a socket before it opens it, and whose sockets may break at a write, as those of TCP do. */
class WatchedPlatform extends FakePlatform {
  /** Whether the next write breaks its socket. */
  breaksNextWrite = false;
  readonly #opening: (request: SocketRequest) => void;

  constructor(options: FakePlatformOptions, opening: (request: SocketRequest) => void) {
    super(options);
    this.#opening = opening;
  }

  override open(request: SocketRequest, listener: SocketListener): FakeSocket {
    this.#opening(request);
    const socket = super.open(request, listener);
    const send = socket.send.bind(socket);
    let isBroken = false;
    socket.send = (data, done) => {
      if (!isBroken && !this.breaksNextWrite) return send(data, done);
      isBroken = true;
      this.breaksNextWrite = false;
      done(new Error(`write EPIPE to ${request.url}`));
      void Promise.resolve().then(() => socket.drop());
    };
    return socket;
  }
}

function settledLater<Value>(pending: Pending[], value: () => Value): Promise<Value> {
  return new Promise((resolve, reject) => {
    pending.push({ finish: () => resolve(value()), fail: () => reject(new Error('The walk let it fail')) });
  });
}
