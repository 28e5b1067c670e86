/** A browser that is installed here. */
export interface Engine<OpenPage extends Page = Page> {
  readonly name: string;
  /** Starts it without a window, with a profile of its own. */
  launch(): Promise<Browser<OpenPage>>;
}

/** A running browser. */
export interface Browser<OpenPage extends Page = Page> {
  /** As the program itself tells it. */
  readonly version: string;
  /** Opens a page and waits until it has loaded, module scripts included. */
  open(url: string): Promise<OpenPage>;
  /** Resolves when nothing of it is left: no process, no profile. */
  stop(): Promise<void>;
}

/** One page in a running browser. */
export interface Page {
  /** Evaluates an expression in the page, awaits its promise, and hands the text back that it gives. */
  evaluate(expression: string): Promise<string>;
  close(): Promise<void>;
}
