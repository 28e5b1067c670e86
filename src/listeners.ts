import type { Cancel } from './platform/platform';

/** A function that hears of one kind of event. */
export type Listener<Event> = (event: Event) => void;

/** As much of mitt as is used here. */
export interface Emitter<Events extends object> {
  on<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): void;
  off<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): void;
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void;
}

/** The listeners of an emitter, each kept from hurting the others. */
export class Listeners<Events extends object> {
  readonly #emitter: Emitter<Events>;
  readonly #failed: (type: keyof Events, cause: unknown) => void;
  readonly #registrations = new Set<Registration>();
  readonly #counts = new Map<PropertyKey, number>();
  #mayHear: () => boolean = ALWAYS;

  /** `failed` hears of a listener that throws, or whose promise rejects. */
  constructor(emitter: Emitter<Events>, failed: (type: keyof Events, cause: unknown) => void) {
    this.#emitter = emitter;
    this.#failed = failed;
  }

  has(type: keyof Events): boolean {
    return (this.#counts.get(type) ?? 0) > 0;
  }

  on<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): Cancel {
    return this.#add(type, listener, () => undefined);
  }

  once<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): Cancel {
    const off = this.#add(type, listener, () => off());
    return off;
  }

  off<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): void {
    for (const registration of this.#registrations) {
      if (registration.type === type && registration.listener === listener) return registration.off();
    }
  }

  /** `mayHear` is asked before each listener, since one of them may end the hearing of the others. */
  emit<Type extends keyof Events>(type: Type, event: Events[Type], mayHear = ALWAYS): void {
    const outer = this.#mayHear;
    this.#mayHear = mayHear;
    this.#emitter.emit(type, event);
    this.#mayHear = outer;
  }

  #add<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>, heard: () => void): Cancel {
    // mitt lets a listener that throws keep the others from hearing, and knows no `once`: hence the wrapper.
    const isolated = (event: Events[Type]) => {
      if (!this.#mayHear()) return;
      heard();
      this.#call(type, listener, event);
    };
    const off = () => {
      if (!this.#registrations.delete(registration)) return;
      this.#count(type, -1);
      this.#emitter.off(type, isolated);
    };
    const registration = { type, listener, off };
    this.#registrations.add(registration);
    this.#count(type, 1);
    this.#emitter.on(type, isolated);
    return off;
  }

  #count(type: PropertyKey, change: number): void {
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + change);
  }

  #call<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>, event: Events[Type]): void {
    try {
      const result: unknown = listener(event);
      if (isThenable(result)) result.then(undefined, (cause: unknown) => this.#failed(type, cause));
    } catch (cause) {
      this.#failed(type, cause);
    }
  }
}

interface Registration {
  type: PropertyKey;
  listener: unknown;
  off: Cancel;
}

const ALWAYS = () => true;

/** Whether a call has given a promise, of whatever make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
