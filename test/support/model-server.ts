import type { WireMessage } from '../../src/testing/server/entities';
import type { FakePlatform, FakeSocket } from '../../src/testing/fakes';
import { answer, subscriptionOf } from '../../src/testing/server/answers';
import { FLAGS, type Fields } from '../../src/testing/server/entities';
import { ReplayLog } from '../../src/testing/server/replay-log';
import { Replica } from '../../src/testing/server/replica';
import { isMalformed, parseRequest, type ServerRequest } from '../../src/testing/server/requests';
import { Subscriptions } from '../../src/testing/server/subscriptions';

/** What the server holds at one moment. */
export interface World {
  readonly flags: ReadonlyMap<string, Fields>;
  readonly companies: ReadonlyMap<string, Fields>;
  readonly users: ReadonlyMap<string, Fields>;
}

/** A frame on its way, and the world that it tells of. */
interface Sent {
  message: unknown;
  world: World;
}

/** How a server behaves that nothing in the protocol forbids. */
export interface ModelServerOptions {
  companyIds: readonly string[];
  userIds: readonly string[];
  /** Flags a page; 0 for one frame. */
  pageSize: number;
  /** How many messages it keeps for `replay_from`. */
  replayWindow: number;
}

/** The server's side of fake sockets: what it sends waits in one line, until a test delivers it or cuts the link. */
export class ModelServer {
  readonly replica = new Replica();
  /** All that clients asked, connection by connection. */
  readonly requests: ServerRequest[][] = [];
  /** The world as of the last frame that the live connection delivered. */
  known: World | undefined;
  readonly #options: ModelServerOptions;
  readonly #platform: FakePlatform;
  readonly #log: ReplayLog;
  #socket: FakeSocket | undefined;
  #following = new Subscriptions();
  #read = 0;
  #line: Sent[] = [];
  /** Pages of a snapshot that are still to be put into the line, with the live messages between them. */
  #pages: WireMessage[] = [];
  #millis = 9;
  #sequence = 0;

  constructor(platform: FakePlatform, options: ModelServerOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#log = new ReplayLog(options.replayWindow);
  }

  get world(): World {
    const held = (ids: readonly string[], population: Replica['companies']) =>
      new Map(ids.flatMap((id) => [population.get(id)].flatMap((each) => (each ? [[id, each] as const] : []))));
    return {
      flags: new Map((this.replica.flags ?? []).map((flag) => [String(flag['key']), flag])),
      companies: held(this.#options.companyIds, this.replica.companies),
      users: held(this.#options.userIds, this.replica.users),
    };
  }

  get isSending(): boolean {
    return this.isConnected && this.#line.length + this.#pages.length > 0;
  }

  /** Whether anything is read that is not answered, or answered and not delivered. */
  get isBusy(): boolean {
    const unread = (this.#socket?.sent.length ?? 0) - this.#read;
    return this.#line.length + this.#pages.length + unread > 0;
  }

  get isConnected(): boolean {
    return this.#socket?.isLive === true;
  }

  /** Accepts the upgrade that waits, if one does. */
  accept(): void {
    const socket = this.#platform.liveSockets[0];
    if (!socket || socket === this.#socket) return;
    this.#forgetLink();
    this.#socket = socket;
    this.requests.push([]);
    socket.accept();
  }

  refuse(): void {
    const socket = this.#platform.liveSockets[0];
    if (socket && socket !== this.#socket) socket.refuse(503);
  }

  /** Reads so many requests, and puts the answers into the line. */
  read(count: number): void {
    const socket = this.#socket;
    if (!socket?.isLive) return;
    for (const frame of socket.sent.slice(this.#read, this.#read + count)) {
      this.#read += 1;
      const request = parseRequest(JSON.parse(String(frame)));
      if (isMalformed(request)) throw new Error(`The store sent what is no request: ${String(frame)}`);
      this.requests.at(-1)?.push(request);
      this.#answer(request);
    }
  }

  /** Delivers the next frame of the line, if there is one. */
  deliver(): void {
    if (this.#line.length === 0) this.#putPage();
    const sent = this.#line.shift();
    if (!sent || !this.#socket?.isLive) return;
    this.known = sent.world;
    this.#socket.deliver(sent.message);
  }

  /** Puts the next page of a snapshot into the line. */
  #putPage(): void {
    const page = this.#pages.shift();
    if (page) this.#put(page);
  }

  /** Ends the link, and all that is on its way with it. */
  cut(): void {
    const socket = this.#socket;
    this.#forgetLink();
    socket?.drop();
  }

  /** Pushes what tells of a change to whoever follows it. */
  publish(message: WireMessage): void {
    this.#sequence = (this.#sequence + 1) % 12;
    if (this.#sequence === 0) this.#millis += 1;
    const numbered = { ...message, stream_id: `${this.#millis}-${this.#sequence}` };
    this.#log.add(numbered);
    if (this.#following.cover(numbered)) this.send(numbered);
  }

  /** Sends anything, whoever follows what. */
  send(message: unknown): void {
    if (this.isConnected) this.#put(message);
  }

  #put(message: unknown): void {
    this.#line.push({ message, world: this.world });
  }

  #answer(request: ServerRequest): void {
    if (request.action === 'stop') {
      const stopped = subscriptionOf(request, this.replica);
      if (stopped) this.#following.remove(stopped);
      return;
    }
    const { pageSize } = this.#options;
    const { messages, subscription } = answer(
      { ...(pageSize > 0 && { page_size: pageSize }), ...request },
      this.replica,
    );
    const missed = request.replay_from && subscription ? this.#log.since(request.replay_from, subscription) : [];
    if (subscription) this.#following.add(subscription);
    for (const message of missed) this.#put(message);
    // A second snapshot does not begin inside the first.
    if (request.entity_type === FLAGS) while (this.#pages.length > 0) this.#putPage();
    const [first, ...pages] = messages;
    this.#put(first);
    this.#pages.push(...pages);
  }

  #forgetLink(): void {
    this.#socket = this.known = undefined;
    this.#following = new Subscriptions();
    this.#read = 0;
    this.#line = [];
    this.#pages = [];
  }
}

/** The entity that keys name, as the server finds it: the first that one of them fits. */
export function find(held: ReadonlyMap<string, Fields>, keys: Record<string, string>): string | undefined {
  for (const [name, value] of Object.entries(keys)) {
    for (const [id, entity] of held) if (isNamed(entity, name, value)) return id;
  }
  return undefined;
}

/** Whether an entity goes by this key; names and values fold their case. */
export function isNamed(entity: object, name: string, value: string): boolean {
  const { id, keys } = entity as { id: string; keys?: Record<string, string> | null };
  return [['id', id] as const, ...Object.entries(keys ?? {})].some(
    ([ownName, own]) => ownName.toLowerCase() === name.toLowerCase() && own.toLowerCase() === value.toLowerCase(),
  );
}
