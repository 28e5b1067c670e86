import { decodeJson, encodeJson, type FrameData } from '../../messages';
import type { AcceptedConnection } from './accepted-connection';
import { answer, errorMessage, subscriptionOf } from './answers';
import { Arrivals } from './arrivals';
import type { FaultPlan } from './fault-plan';
import type { KeyCheck } from './key-check';
import type { ReplayLog } from './replay-log';
import type { Replica } from './replica';
import { isMalformed, parseRequest, type ServerRequest } from './requests';
import type { Timers } from './timers';
import type { WireMessage } from './entities';

const UNAUTHORIZED = 4001;

/** What the exchange with clients depends on. */
export interface ExchangeSettings {
  replica: Replica;
  faults: FaultPlan;
  keyCheck: KeyCheck;
  timers: Timers;
  replayLog: ReplayLog;
  /** For requests that name none. */
  pageSize?: number;
}

/** The exchange with the connected clients: lets them in, answers their requests, pushes what changes. */
export class Exchange {
  readonly requests = new Arrivals<ServerRequest>();
  readonly connections = new Arrivals<AcceptedConnection>();
  readonly #live = new Set<AcceptedConnection>();
  readonly #settings: ExchangeSettings;

  constructor(settings: ExchangeSettings) {
    this.#settings = settings;
  }

  get live(): readonly AcceptedConnection[] {
    return [...this.#live];
  }

  accepted(connection: AcceptedConnection): void {
    const { faults, keyCheck, timers } = this.#settings;
    this.#live.add(connection);
    this.connections.add(connection);
    if (faults.greeting !== undefined) connection.send(faults.greeting);
    if (connection.authorization === 'denied' && keyCheck.rejection.by === 'close') {
      timers.after(keyCheck.rejection.delay, () => this.#deny(connection));
    }
    if (connection.authorization === 'awaited') {
      timers.after(keyCheck.messageTimeout, () => {
        if (connection.authorization === 'awaited') this.#deny(connection);
      });
    }
  }

  closed(connection: AcceptedConnection): void {
    this.#live.delete(connection);
  }

  received(connection: AcceptedConnection, frame: FrameData): void {
    if (connection.authorization === 'denied') return;
    const message = decodeOrUndefined(frame);
    if (connection.authorization === 'awaited') return this.#authenticate(connection, message);

    const request = parseRequest(message);
    if (isMalformed(request)) return connection.answer(errorMessage(request.problem, request.entityType));
    connection.requested(request);
    this.requests.add(request);
    this.#handle(connection, request);
  }

  /** Sends a message to every authorized connection. */
  push(message: WireMessage): void {
    const frame = encodeJson(message);
    for (const connection of this.#live) {
      if (connection.authorized) connection.broadcast(frame);
    }
  }

  /** Sends a message to the connections that follow what it is about. */
  publish(message: WireMessage): void {
    const frame = encodeJson(message);
    for (const connection of this.#live) {
      if (connection.following.cover(message)) connection.broadcast(frame);
    }
  }

  #handle(connection: AcceptedConnection, request: ServerRequest): void {
    const { replica, faults, timers } = this.#settings;
    if (request.action === 'stop') {
      const subscription = subscriptionOf(request, replica);
      if (subscription) connection.following.remove(subscription);
      return;
    }
    if (faults.ignores(request)) return;
    const delay = faults.delayOf(request);
    if (delay > 0) timers.after(delay, () => this.#answer(connection, request));
    else this.#answer(connection, request);
  }

  // The subscription begins with its answer, so that no push can come before the snapshot it builds on.
  #answer(connection: AcceptedConnection, request: ServerRequest): void {
    const { replica, replayLog, pageSize } = this.#settings;
    const { messages, subscription } = answer({ page_size: pageSize, ...request }, replica);
    const { replay_from } = request;
    // Ahead of the snapshot, which they lead to: behind it they would undo what it holds.
    const missed = replay_from && subscription ? replayLog.since(replay_from, subscription) : [];
    for (const message of [...missed, ...messages]) connection.answer(message);
    if (subscription) connection.following.add(subscription);
  }

  #authenticate(connection: AcceptedConnection, message: unknown): void {
    const { keyCheck } = this.#settings;
    connection.apiKey = keyCheck.readMessageKey?.(message);
    if (connection.apiKey !== undefined && keyCheck.accepts(connection.apiKey)) connection.authorization = 'granted';
    else this.#deny(connection);
  }

  #deny(connection: AcceptedConnection): void {
    connection.authorization = 'denied';
    connection.close(UNAUTHORIZED, 'unauthorized');
  }
}

// No JSON text means `undefined`, so it stands for a frame that is none.
function decodeOrUndefined(frame: FrameData): unknown {
  try {
    return decodeJson(frame);
  } catch {
    return undefined;
  }
}
