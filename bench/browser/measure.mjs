// In a real Chromium: this library in a page against a bare `WebSocket` with `JSON.parse` in another.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { startServer } from '../processes.mjs';
import { summary } from '../statistics.mjs';
import { startSite } from './site.mjs';

const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const SUBJECTS = ['bare', 'ours'];
const BURST = 10_000;

/** Ratios of main-thread time for each message, and of the longest frame in a burst; nothing where there is no Chromium. */
export async function measureBrowser({ isQuick, progress }) {
  const executablePath = PLACES.find((path) => path && existsSync(path));
  if (!executablePath) {
    console.error('No Chromium is installed (npm run browsers): nothing is measured in a page');
    return undefined;
  }
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false });
  const [site, server] = await Promise.all([startSite(), startServer()]);
  try {
    const rounds = isQuick ? 2 : 5;
    const messages = isQuick ? 20_000 : 100_000;
    const figures = { bare: [], ours: [] };
    for (let round = 0; round < rounds; round++) {
      for (const subject of round % 2 ? [...SUBJECTS].reverse() : SUBJECTS) {
        progress(`browser · round ${round + 1} of ${rounds} · ${subject}`);
        figures[subject].push(await measurePage(browser, `${site.url}?subject=${subject}`, server.url, messages));
      }
    }
    const ratios = (name) => summary(figures.ours.map((own, round) => own[name] / figures.bare[round][name]));
    return [
      { title: 'receive 200 B, main-thread time per message', bar: 1.05, ...ratios('mainThread') },
      { title: 'longest frame in a burst of 10 000', bar: 1.5, ...ratios('longestFrame') },
    ];
  } finally {
    await browser.close();
    site.stop();
    server.stop();
  }
}

async function measurePage(browser, page, server, messages) {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await tab.goto(page);
    await tab.evaluate((url) => globalThis.connect(url), server);
    await tab.evaluate((count) => globalThis.receive(count), messages / 4);
    const devtools = await context.newCDPSession(tab);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await mainThreadTime(devtools);
    await tab.evaluate((count) => globalThis.receive(count), messages);
    const mainThread = (await mainThreadTime(devtools)) - before;
    const longestFrame = await tab.evaluate((count) => globalThis.receive(count), BURST);
    return { mainThread, longestFrame };
  } finally {
    await context.close();
  }
}

async function mainThreadTime(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration').value;
}
