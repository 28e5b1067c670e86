import { getEventListeners } from 'node:events';
import { DatastreamError, type DatastreamErrorCode } from '../../../src';
import type { Marker } from '../marker';

/** What may become of a call that gives a promise. */
const MAY_REJECT: Record<Call['kind'], readonly DatastreamErrorCode[]> = {
  close: [],
  ready: ['CLIENT_CLOSED', 'ABORTED', 'READY_TIMEOUT'],
  send: ['NOT_CONNECTED', 'CONNECTION_CLOSED', 'WRITE_TIMEOUT', 'MALFORMED_MESSAGE', 'ABORTED', 'CLIENT_CLOSED'],
};

/** A call of the client that gave a promise, and how that stands. */
interface Call {
  readonly kind: 'close' | 'ready' | 'send';
  /** Numbers the messages that are sent. */
  readonly id: number;
  readonly signal?: AbortSignal;
  /** Ends the client's own timer for the call, where it has one. */
  readonly hasTimeout: boolean;
  result?: 'fulfilled' | DatastreamErrorCode | 'foreign error';
  /** How often the message was on a wire when the call was settled. */
  sent?: number;
}

/** Every call that gave a promise: each has to settle, as it may, and leave nothing behind. */
export class Calls {
  readonly #calls: Call[] = [];
  readonly #terminal: ReadonlySet<unknown>;
  readonly #marker: Marker;
  readonly #countsOnWire: () => ReadonlyMap<number, number>;
  #ids = 0;

  /** `terminal` holds the errors that ended the client so far; they may be what a call rejects with. */
  constructor(terminal: ReadonlySet<unknown>, marker: Marker, countsOnWire: () => ReadonlyMap<number, number>) {
    this.#terminal = terminal;
    this.#marker = marker;
    this.#countsOnWire = countsOnWire;
  }

  /** Of the last message that was sent. */
  get lastId(): number {
    return this.#ids;
  }

  nextId(): number {
    return ++this.#ids;
  }

  watch(
    kind: Call['kind'],
    promise: Promise<unknown>,
    { id = 0, signal, hasTimeout = false }: Partial<Pick<Call, 'id' | 'signal' | 'hasTimeout'>> = {},
  ): void {
    const call: Call = { kind, id, signal, hasTimeout };
    this.#calls.push(call);
    const settle = (result: Call['result']) => {
      call.result = result;
      if (kind === 'send') call.sent = this.#countsOnWire().get(id) ?? 0;
    };
    promise.then(
      () => settle('fulfilled'),
      (error: unknown) => {
        this.#marker.show(`rejection of ${kind}`, error);
        settle(this.#judge(call, error));
      },
    );
  }

  /** Calls with a timeout of their own that still wait. */
  get timeouts(): number {
    return this.#calls.filter(({ hasTimeout, result }) => hasTimeout && !result).length;
  }

  /** Calls that go on though their caller has taken them back. */
  takenBack(): string[] {
    return this.#calls
      .filter(({ signal, result }) => signal?.aborted && !result)
      .map(({ kind, id }) => `${kind} ${id}`);
  }

  /** The messages whose calls have not settled. */
  waitingIds(): number[] {
    return this.#calls.filter(({ kind, result }) => kind === 'send' && !result).map(({ id }) => id);
  }

  /** What is wrong with the calls that are settled. */
  broken(): string[] {
    const counts = this.#countsOnWire();
    return this.#calls.flatMap((call) => {
      const { kind, id, result, sent, signal } = call;
      if (!result) return [];
      const faults: string[] = [];
      if (result === 'foreign error') faults.push(`${kind} ${id} rejected with an error that it may not give`);
      if (signal && getEventListeners(signal, 'abort').length > 0) faults.push(`${kind} ${id} left a listener`);
      if (kind !== 'send') return faults;
      const onWire = counts.get(id) ?? 0;
      if (onWire > 1) faults.push(`message ${id} was sent ${onWire} times`);
      if (onWire !== sent) faults.push(`message ${id} was sent after its call was settled`);
      if (result === 'fulfilled' && onWire === 0) faults.push(`message ${id} is said to be sent, and was not`);
      if (/NOT_CONNECTED|CLIENT_CLOSED/.test(result) && onWire > 0) faults.push(`message ${id} was sent: ${result}`);
      return faults;
    });
  }

  /** What has not settled, now that everything should have. */
  pending(): string[] {
    return this.#calls.filter(({ result }) => !result).map(({ kind, id }) => `${kind} ${id} never settled`);
  }

  #judge({ kind }: Call, error: unknown): Call['result'] {
    if (!(error instanceof DatastreamError)) return 'foreign error';
    const mayBe = MAY_REJECT[kind].includes(error.code) || (kind !== 'close' && this.#terminal.has(error));
    return mayBe ? error.code : 'foreign error';
  }
}
