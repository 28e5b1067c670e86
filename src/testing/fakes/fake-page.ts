import type { Cancel, Page, PageListener } from '../../platform/platform';

/** A page whose network and visibility the test decides. */
export class FakePage implements Page {
  isOnline = true;
  /** Whether somebody may be looking at it; `hide` and `show` change it. */
  isVisible = true;
  readonly #listeners = new Set<PageListener>();

  /** How many clients watch it. */
  get watchers(): number {
    return this.#listeners.size;
  }

  watch(listener: PageListener): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The network goes. */
  goOffline(): void {
    this.isOnline = false;
    this.#tell((listener) => listener.offline());
  }

  /** The network comes back. */
  goOnline(): void {
    this.isOnline = true;
    this.#tell((listener) => listener.woke());
  }

  /** Nobody looks at it any more. */
  hide(): void {
    this.isVisible = false;
  }

  /** Somebody looks at it again. */
  show(): void {
    this.isVisible = true;
    this.#tell((listener) => listener.woke());
  }

  /** The user goes to another page, and this one is kept. */
  putAway(): void {
    this.#tell((listener) => listener.kept());
  }

  /** The user comes back to this page. */
  restore(): void {
    this.#tell((listener) => listener.woke());
  }

  #tell(tell: (listener: PageListener) => void): void {
    for (const listener of [...this.#listeners]) tell(listener);
  }
}
