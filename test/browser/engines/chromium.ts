import { join } from 'node:path';
import { chromium, type Browser as PlaywrightConnection, type Page as PlaywrightPage } from 'playwright-core';
import type { Browser, Engine, Page } from './engine';
import { Program } from './program';

// Stock behaviour is what is tested, so there is no more here than what keeps it quiet and from asking questions.
const ARGS = [
  '--headless',
  '--remote-debugging-port=0',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--password-store=basic',
  '--use-mock-keychain',
  // Containers give neither root nor others a sandbox, and small ones no shared memory; the pages are our own.
  '--no-sandbox',
  '--disable-dev-shm-usage',
];

/** Chromium and its kin, driven over the DevTools protocol. */
export class ChromiumEngine implements Engine<ChromiumPage> {
  readonly name: string;
  readonly #path: string;

  constructor(name: string, path: string) {
    this.name = name;
    this.#path = path;
  }

  launch(): Promise<Browser<ChromiumPage>> {
    const args = (folder: string) => [...ARGS, `--user-data-dir=${join(folder, 'profile')}`, 'about:blank'];
    return Program.start({ path: this.#path, args }, async (program) => {
      const endpoint = await program.said(/DevTools listening on (ws:\S+)/);
      // The defaults make every page believe that it is looked at, and keep none for the way back.
      return new ChromiumBrowser(program, await chromium.connectOverCDP(endpoint, { noDefaults: true }));
    });
  }
}

class ChromiumBrowser implements Browser<ChromiumPage> {
  readonly #program: Program;
  readonly #connection: PlaywrightConnection;

  constructor(program: Program, connection: PlaywrightConnection) {
    this.#program = program;
    this.#connection = connection;
  }

  get version(): string {
    return this.#connection.version();
  }

  async open(url: string): Promise<ChromiumPage> {
    const page = await this.#connection.contexts()[0]?.newPage();
    if (!page) throw new Error('The browser has no context');
    await page.goto(url);
    return new ChromiumPage(page);
  }

  async stop(): Promise<void> {
    try {
      await this.#connection.close();
    } finally {
      await this.#program.stop();
    }
  }
}

/** A page of Chromium, and what can be done to it there alone. */
export class ChromiumPage implements Page {
  readonly #page: PlaywrightPage;
  #cover: PlaywrightPage | undefined;

  constructor(page: PlaywrightPage) {
    this.#page = page;
  }

  evaluate(expression: string): Promise<string> {
    return this.#page.evaluate<string>(expression);
  }

  async close(): Promise<void> {
    await this.#cover?.close();
    await this.#page.close();
  }

  /** Gives it the width of another screen. */
  resize(width: number): Promise<void> {
    return this.#page.setViewportSize({ width, height: 800 });
  }

  /** Presses a key, as whoever has no mouse. */
  press(key: string): Promise<void> {
    return this.#page.keyboard.press(key);
  }

  /** Takes the network away, or gives it back. */
  setOffline(isOffline: boolean): Promise<void> {
    return this.#page.context().setOffline(isOffline);
  }

  /** Leaves for another page; this one is put away. */
  async leaveFor(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  /** Comes back to the page that was left. */
  async goBack(): Promise<void> {
    // A page that was kept loads nothing, so there is no load to wait for.
    await this.#page.goBack({ waitUntil: 'commit' });
  }

  /** Puts another tab in front of it. */
  async hide(): Promise<void> {
    this.#cover = await this.#page.context().newPage();
    await this.#cover.bringToFront();
  }

  /** Looks at it again. */
  async show(): Promise<void> {
    await this.#page.bringToFront();
  }

  /** Event listeners and bytes that the page holds when everything is collected that can be. */
  async measure(): Promise<{ listeners: number; heap: number }> {
    const session = await this.#page.context().newCDPSession(this.#page);
    await session.send('HeapProfiler.collectGarbage');
    const { jsEventListeners } = await session.send('Memory.getDOMCounters');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return { listeners: jsEventListeners, heap: usedSize };
  }
}
