import { encodeJson, type FrameData } from '../../messages';
import type { AcceptedConnection } from './accepted-connection';
import { FLAG, type WireMessage } from './entities';
import type { UpgradeRefusal } from './refusal';
import type { ServerRequest } from './requests';
import type { AcceptedDrop, ServerFaults, Times } from './server-faults';

type Matching = (request: ServerRequest) => boolean;

/** The faults in force, which the server consults at each step. */
export class FaultPlan implements ServerFaults {
  readonly #connections: () => readonly AcceptedConnection[];
  readonly #nextStreamId: () => string;
  readonly #stalled = new Set<() => void>();
  #stall?: Counted<true>;
  #refusal?: Counted<UpgradeRefusal>;
  #drop?: Counted<AcceptedDrop>;
  #greeting?: FrameData;
  #ignored: Matching = () => false;
  #delayed: { delay: number; matching: Matching } = { delay: 0, matching: () => false };

  constructor(connections: () => readonly AcceptedConnection[], nextStreamId: () => string) {
    this.#connections = connections;
    this.#nextStreamId = nextStreamId;
  }

  refuseUpgrades({ times, ...refusal }: UpgradeRefusal & Times): void {
    this.#refusal = new Counted(refusal, times);
  }

  stallUpgrades({ times }: Times = {}): void {
    this.#stall = new Counted(true, times);
  }

  dropAfterAccept({ times, ...drop }: AcceptedDrop & Times = {}): void {
    this.#drop = new Counted(drop, times);
  }

  sendWithAccept(frame: FrameData): void {
    this.#greeting = frame;
  }

  ignoreRequests(matching: Matching = () => true): void {
    this.#ignored = matching;
  }

  delayAnswers(delay: number, matching: Matching = () => true): void {
    this.#delayed = { delay, matching };
  }

  closeAll(code = 1012, reason = ''): void {
    for (const connection of this.#connections()) connection.close(code, reason);
  }

  terminateAll(): void {
    for (const connection of this.#connections()) connection.terminate();
  }

  resetAll(): void {
    for (const connection of this.#connections()) connection.reset();
  }

  silenceAll(): void {
    for (const connection of this.#connections()) connection.silence();
  }

  sendGarbage(frame: FrameData = '{"data":{"id":"co_1'): void {
    for (const connection of this.#connections()) connection.broadcast(frame);
  }

  burst(count: number, build: (index: number) => WireMessage = (index) => this.#burstFlag(index)): void {
    for (let index = 0; index < count; index += 1) {
      const frame = encodeJson(build(index));
      for (const connection of this.#connections()) connection.broadcast(frame);
    }
  }

  clear(): void {
    this.#stall = this.#refusal = this.#drop = this.#greeting = undefined;
    this.#ignored = () => false;
    this.#delayed = { delay: 0, matching: () => false };
    for (const connection of this.#connections()) connection.resume();
    for (const goOn of this.#stalled) goOn();
    this.#stalled.clear();
  }

  /** Whether the next upgrade gets no answer. */
  takeStall(): boolean {
    return this.#stall?.take() ?? false;
  }

  /** Keeps a stalled upgrade until `clear`. */
  stalled(goOn: () => void): void {
    this.#stalled.add(goOn);
  }

  /** How the next upgrade is refused, if it is. */
  takeRefusal(): UpgradeRefusal | undefined {
    return this.#refusal?.take();
  }

  /** How the next connection is dropped, if it is. */
  takeDrop(): AcceptedDrop | undefined {
    return this.#drop?.take();
  }

  get greeting(): FrameData | undefined {
    return this.#greeting;
  }

  ignores(request: ServerRequest): boolean {
    return this.#ignored(request);
  }

  delayOf(request: ServerRequest): number {
    return this.#delayed.matching(request) ? this.#delayed.delay : 0;
  }

  #burstFlag(index: number): WireMessage {
    const owner = { account_id: 'acct_burst', environment_id: 'env_burst' };
    const data = { id: `flag_burst_${index}`, key: `burst-${index}`, ...owner, default_value: false, rules: [] };
    return { data, entity_type: FLAG, message_type: 'full', stream_id: this.#nextStreamId() };
  }
}

/** A fault that strikes a number of times. */
class Counted<Fault> {
  readonly #fault: Fault;
  #left: number;

  constructor(fault: Fault, times = Infinity) {
    this.#fault = fault;
    this.#left = times;
  }

  take(): Fault | undefined {
    if (this.#left < 1) return undefined;
    this.#left -= 1;
    return this.#fault;
  }
}
