import { existsSync } from 'node:fs';
import process from 'node:process';
import { Skipped } from './report.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PATIENCE = 30_000;

/** The browser, started when the first page is opened. */
export class Chromium {
  #browser;

  /**
   * Opens a page and gives what it leaves in `globalThis.outcome`.
   *
   * @throws Skipped where there is no Chromium, unless REQUIRE_BROWSERS asks for it
   */
  outcome(url) {
    return this.visit(url, async (page) => {
      const outcome = await page.waitForFunction(() => globalThis.outcome, undefined, { timeout: PATIENCE });
      return outcome.jsonValue();
    });
  }

  /** Opens a page and gives what `task` makes of it; fails when the page does. @throws Skipped as `outcome` */
  async visit(url, task) {
    this.#browser ??= await launch();
    const context = await this.#browser.newContext();
    try {
      const page = await context.newPage();
      const mistake = new Promise((_, reject) => page.once('pageerror', reject));
      await page.goto(url);
      return await Promise.race([task(page), mistake]);
    } finally {
      await context.close();
    }
  }

  async close() {
    await this.#browser?.close();
  }
}

async function launch() {
  const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((path) => existsSync(path));
  if (!executablePath) {
    const why = 'no Chromium';
    throw process.env.REQUIRE_BROWSERS === '1' ? new Error(why) : new Skipped(why);
  }
  const { chromium } = await import('playwright-core');
  // Its own sandbox needs a user that containers seldom have; the pages are ours.
  return chromium.launch({ executablePath, chromiumSandbox: false });
}
