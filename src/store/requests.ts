import type { Keys } from '../entities';
import { DatastreamError } from '../errors';
import type { Signal } from '../signal';
import { waitingRoom, type WaitingRoom } from '../waiting';
import { agrees, createLookup, isWithin, keysOf, type Key } from './lookup';
import type { SourceSettings } from './source';

/** Requests for single entities of one type: each is sent once, and settles each of its callers once. */
export interface Requests<Entity extends object> {
  /** Joins a request that shares a key, or makes one. */
  readonly ask: (keys: Keys, signal?: Signal, isOwn?: boolean) => Promise<Entity>;
  /** Sends what could not be sent so far. */
  readonly send: () => void;
  /** All that is. */
  readonly pending: ReadonlySet<Request<Entity>>;
  /** What is pending by any of these keys. */
  readonly find: (names: readonly Key[]) => Request<Entity>[];
  /** Ends a request with what the server has by its keys, or nothing, or with the reason why there is no answer. */
  readonly settle: (request: Request<Entity>, entity?: Entity, error?: DatastreamError) => void;
}

/** One request on the wire, and the callers that share it. */
interface Request<Entity> {
  readonly keys: Keys;
  readonly names: readonly Key[];
  readonly room: WaitingRoom;
  callers: number;
  /** When it was last sent, or made. */
  sentAt: number;
  isSent: boolean;
  /** Whether somebody but the store itself waits for it. */
  isWanted: boolean;
  /** What its callers get, once it is settled: one of these, or nothing. */
  entity?: Entity;
  error?: DatastreamError;
}

/** No requests yet. `send` says whether it could. */
export function createRequests<Entity extends object>(
  { clock, requestTimeout }: Pick<SourceSettings, 'clock' | 'requestTimeout'>,
  send: (keys: Keys) => boolean,
): Requests<Entity> {
  const pending = new Set<Request<Entity>>();
  const lookup = createLookup<Request<Entity>>();

  const close = (request: Request<Entity>): void => {
    pending.delete(request);
    lookup.delete(request.names, request);
  };
  const open = (keys: Keys, names: readonly Key[]): Request<Entity> => {
    const room = waitingRoom(
      clock,
      () => request.error,
      () => errorFor('REQUEST_TIMEOUT', keys),
    );
    const request: Request<Entity> = {
      keys,
      names,
      room,
      callers: 0,
      sentAt: clock.now(),
      isSent: send(keys),
      isWanted: false,
    };
    pending.add(request);
    lookup.add(names, request);
    return request;
  };

  const ask = (keys: Keys, signal?: Signal, isOwn = false): Promise<Entity> => {
    const names = keysOf({ keys });
    const [request = open(keys, names)] = lookup.find(names);
    const pass = (): Entity | Promise<Entity> => {
      const { entity } = request;
      if (entity && !agrees(names, entity)) return Promise.reject(errorFor('KEY_CONFLICT', keys));
      // The answer to whom it shares the request with may say nothing of what this caller asked for.
      const known = entity && keysOf(entity);
      const isAnswered = known ? names.some((name) => isWithin([name], known)) : isWithin(names, request.names);
      if (!isAnswered) return ask(keys, signal, isOwn);
      return entity ?? Promise.reject(errorFor('NOT_FOUND', keys));
    };
    if (!isOwn) request.isWanted = true;
    // Callers who come one after the other would else keep a question alive whose answer is lost.
    if (clock.now() - request.sentAt >= requestTimeout) {
      request.sentAt = clock.now();
      request.isSent = send(request.keys);
    }
    request.callers++;
    const answer = request.room.wait(() => !pending.has(request), pass, { signal, timeout: requestTimeout });
    answer.catch(() => {
      if (--request.callers === 0) close(request);
    });
    return answer;
  };

  return {
    ask,
    send() {
      for (const request of pending) request.isSent ||= send(request.keys);
    },
    pending,
    find: lookup.find,
    settle(request, entity, error) {
      close(request);
      request.entity = entity;
      request.error = error;
      request.room.look();
    },
  };
}

const SAID = { NOT_FOUND: 'Nothing has', REQUEST_TIMEOUT: 'No answer in time for', KEY_CONFLICT: 'Not one entity has' };

/** The error of a request; it names the keys, which are the caller's own words. */
export function errorFor(code: keyof typeof SAID, keys: Keys): DatastreamError {
  return new DatastreamError(code, `${SAID[code]} ${JSON.stringify(keys)}`);
}
