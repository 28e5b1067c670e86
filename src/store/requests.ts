import type { Keys } from '../entities';
import { DatastreamError } from '../errors';
import type { Signal } from '../signal';
import { waitingRoom, type WaitingRoom } from '../waiting';
import { agrees, createLookup, keysOf, type Key } from './lookup';
import type { SourceSettings } from './source';

/** Requests for single entities of one type: each is sent once, and settles each of its callers once. */
export interface Requests<Entity extends object> {
  /** Joins a request that shares a key, or makes one. */
  readonly ask: (keys: Keys, signal?: Signal) => Promise<Entity>;
  /** Sends what could not be sent so far. */
  readonly send: () => void;
  /** What is pending by any of these keys, or all that is pending. */
  readonly find: (names?: readonly Key[]) => Request<Entity>[];
  /** Ends a request with what its callers asked for, or with the reason why they get nothing. */
  readonly settle: (request: Request<Entity>, outcome: Entity | DatastreamError) => void;
}

/** One request on the wire, and the callers that share it. */
interface Request<Entity> {
  readonly keys: Keys;
  readonly names: readonly Key[];
  readonly room: WaitingRoom;
  callers: number;
  isSent: boolean;
  /** What its callers get; nothing so far. */
  outcome?: Entity | DatastreamError;
}

/** No requests yet. `send` says whether it could. */
export function createRequests<Entity extends object>(
  { clock, requestTimeout }: SourceSettings,
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
      () => (request.outcome instanceof DatastreamError ? request.outcome : undefined),
      () => errorFor('REQUEST_TIMEOUT', keys),
    );
    const request: Request<Entity> = { keys, names, room, callers: 0, isSent: send(keys) };
    pending.add(request);
    lookup.add(names, request);
    return request;
  };

  return {
    ask(keys, signal) {
      const names = keysOf({ keys });
      const [request = open(keys, names)] = lookup.find(names);
      const pass = (): Entity | Promise<Entity> => {
        const entity = request.outcome as Entity;
        return agrees(names, entity) ? entity : Promise.reject(errorFor('KEY_CONFLICT', keys));
      };
      request.callers++;
      const answer = request.room.wait(() => request.outcome !== undefined, pass, { signal, timeout: requestTimeout });
      answer.catch(() => {
        if (--request.callers === 0) close(request);
      });
      return answer;
    },
    send() {
      for (const request of pending) request.isSent ||= send(request.keys);
    },
    find: (names) => (names && pending.size > 0 ? lookup.find(names) : [...pending]),
    settle(request, outcome) {
      close(request);
      request.outcome = outcome;
      request.room.look();
    },
  };
}

const SAID = { NOT_FOUND: 'Nothing has', REQUEST_TIMEOUT: 'No answer in time for', KEY_CONFLICT: 'Not one entity has' };

/** The error of a request; it names the keys, which are the caller's own words. */
export function errorFor(code: keyof typeof SAID, keys: Keys): DatastreamError {
  return new DatastreamError(code, `${SAID[code]} ${JSON.stringify(keys)}`);
}
