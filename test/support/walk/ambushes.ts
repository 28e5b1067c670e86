/** The functions of the user's that a client calls. */
export const PLACES = [
  'apiKey',
  'authorize',
  'backoff',
  'decode',
  'encode',
  'errorListener',
  'heartbeat',
  'logger',
  'messageHandler',
  'messageListener',
  'messageSignal',
  'readyHandler',
  'readySignal',
  'shouldReconnect',
  'stateListener',
  'statusListener',
] as const;

/** One of them. */
export type Place = (typeof PLACES)[number];

/** What functions of the user's do when they are next called: each may do anything, in the middle of things. */
export class Ambushes {
  /** Where one has been sprung. */
  readonly sprung = new Set<Place>();
  readonly #laid = new Map<Place, (() => void)[]>();

  /** Lays one more, which the next call of the function springs. */
  lay(place: Place, act: () => void): void {
    this.#laid.set(place, [...(this.#laid.get(place) ?? []), act]);
  }

  /** Springs one, if any is laid; what it throws, the function throws. */
  spring(place: Place): void {
    const act = this.#laid.get(place)?.shift();
    if (!act) return;
    this.sprung.add(place);
    act();
  }

  clear(): void {
    this.#laid.clear();
  }
}
