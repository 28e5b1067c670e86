import type { Browser as PlaywrightConnection, BrowserType } from 'playwright-core';
import type { Browser, Engine, Page } from './engine';

/** A browser that playwright has downloaded: what there is where the system has no package of it. */
export class PlaywrightEngine implements Engine {
  readonly name: string;
  readonly #type: BrowserType;

  constructor(name: string, type: BrowserType) {
    this.name = name;
    this.#type = type;
  }

  async launch(): Promise<Browser> {
    return new PlaywrightBrowser(await this.#type.launch());
  }
}

class PlaywrightBrowser implements Browser {
  readonly #connection: PlaywrightConnection;

  constructor(connection: PlaywrightConnection) {
    this.#connection = connection;
  }

  get version(): string {
    return this.#connection.version();
  }

  async open(url: string): Promise<Page> {
    const page = await this.#connection.newPage();
    await page.goto(url);
    return { evaluate: (expression) => page.evaluate<string>(expression), close: () => page.close() };
  }

  stop(): Promise<void> {
    return this.#connection.close();
  }
}
