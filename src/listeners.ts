import { guarded } from './guarded';
import type { Cancel } from './platform/platform';

/** A function that hears of one kind of event. */
export type Listener<Event> = (event: Event) => void;

/** As much of mitt as is used here. */
export interface Emitter<Events extends object> {
  readonly all: { get(type: keyof Events): { length: number } | undefined };
  on<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): void;
  off<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): void;
  emit<Type extends keyof Events>(type: Type, event: Events[Type]): void;
}

/** The listeners of an emitter, each kept from hurting the others. */
export interface Listeners<Events extends object> {
  has(type: keyof Events): boolean;
  add<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>, isOnce?: boolean): Cancel;
  off<Type extends keyof Events>(type: Type, listener: Listener<Events[Type]>): void;
  /** `mayHear` is asked before each listener, since one of them may end the hearing of the others. */
  emit<Type extends keyof Events>(type: Type, event: Events[Type], mayHear?: () => boolean): void;
}

/** What mitt calls, and the listener that it calls in turn. */
interface Wrapper<Event> extends Listener<Event> {
  listener: unknown;
}

const always = () => true;

/** mitt lets a listener that throws keep the others from hearing, and knows no `once`: hence a wrapper around each. */
export function isolated<Events extends object>(
  emitter: Emitter<Events>,
  failed: (type: keyof Events, cause: unknown) => void,
): Listeners<Events> {
  let mayHear = always;
  const wrappers = <Type extends keyof Events>(type: Type) => (emitter.all.get(type) ?? []) as Wrapper<Events[Type]>[];
  return {
    // Asked for each message: a list made for nothing would cost more than the rest of it.
    has: (type) => Boolean(emitter.all.get(type)?.length),
    add(type, listener, isOnce) {
      const wrapper = (event: Parameters<typeof listener>[0]) => {
        if (!mayHear()) return;
        if (isOnce) off();
        guarded((cause) => failed(type, cause), listener, event);
      };
      wrapper.listener = listener;
      const off = () => emitter.off(type, wrapper);
      emitter.on(type, wrapper);
      return off;
    },
    off(type, listener) {
      const wrapper = wrappers(type).find((one) => one.listener === listener);
      if (wrapper) emitter.off(type, wrapper);
    },
    emit(type, event, mayHearNow = always) {
      const outer = mayHear;
      mayHear = mayHearNow;
      emitter.emit(type, event);
      mayHear = outer;
    },
  };
}
