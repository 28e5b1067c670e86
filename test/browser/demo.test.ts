import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DatastreamStore } from '../../src';
import { Child } from '../support/child-process';
import { inChromium, inEveryEngine } from './in-engines';
import type { Tab } from './tab';

jest.setTimeout(60_000);

const DEMO = resolve(__dirname, '../../demo/main.mjs');
const COMPANIES = ['acme', 'globex', 'initech', 'hooli', 'soylent'];
const TABLES = ['companies', 'flags', 'users'];
/** Changes come quicker than a page can be asked for what it shows: so often it may be asked again. */
const TRIES = 30;

let demo: Child;
let page: string;
/** Follows what the page follows, to know what it should show. */
let store: DatastreamStore;

beforeAll(async () => {
  demo = Child.runFile(DEMO, ['--seconds', '0', '--json'], { url: '' });
  const start = JSON.parse(await demo.lines.at(0)) as { page: string; url: string };
  page = start.page;
  const patience = { minReconnectDelay: 100, maxReconnectDelay: 500, maxReconnectAttempts: Infinity };
  store = new DatastreamStore({ url: start.url, apiKey: 'key', ...patience });
  store.start();
  await Promise.all(COMPANIES.map((slug) => store.company({ slug })));
});

afterAll(async () => {
  await store.close();
  await demo.stop();
});

type Rows = Record<'companies' | 'flags', string[][]>;

/** Runs in the page: what its tables show once it has drawn what it knows. */
async function readTables(): Promise<Rows> {
  // A frame for what was already under way, and one for what has come since.
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const read = (name: string, columns: number[]) =>
    [...document.querySelectorAll<HTMLTableRowElement>(`#${name} tbody tr:not(.gone)`)]
      .map(({ cells }) => columns.map((column) => cells[column]?.textContent ?? ''))
      .sort();
  return { companies: read('companies', [0, 3, 5]), flags: read('flags', [0, 1]) };
}

/** What the tables should show. */
function tablesOf({ flags }: DatastreamStore): Rows {
  const inWords = (value = 0) => value.toLocaleString('en-US');
  const companies = COMPANIES.map((slug) => {
    const { metrics = [], credit_balances } = store.peekCompany({ slug }) ?? {};
    const calls = metrics.find(({ event_subtype }) => event_subtype === 'api-calls');
    return [slug, inWords(calls?.value), inWords(credit_balances?.['credit_ai'])];
  });
  return {
    companies: companies.sort(),
    flags: [...flags.values()].map(({ key, default_value }) => [key, default_value ? 'on' : 'off']).sort(),
  };
}

/** The server never rests: what is compared is what both have at some moment. */
async function expectTheSame(tab: Tab): Promise<void> {
  for (let tries = 1; ; tries++) {
    const changed = new Promise((resolve) => store.once('version', resolve));
    const shown = await tab.run(readTables);
    if (isDeepStrictEqual(shown, tablesOf(store))) return;
    if (tries === TRIES) expect(shown).toEqual(tablesOf(store));
    await changed;
  }
}

/** Runs in the page: resolves as soon as the connection is shown so. */
async function untilShown({ tone, stale }: { tone: string; stale: boolean }): Promise<void> {
  const isShown = () => document.body.dataset['tone'] === tone && document.body.dataset['stale'] === String(stale);
  while (!isShown()) await new Promise(requestAnimationFrame);
}

/** Runs in the page: presses the button of this name. */
function misbehave(name: string): void {
  document.querySelector<HTMLButtonElement>(`[data-misbehave=${name}]`)?.click();
}

/** Runs in the page: what its tables say of themselves. */
function readMarks(tables: string[]): { caption: string; isMarked: boolean; rows: number }[] {
  return tables.map((name) => ({
    caption: document.querySelector(`#${name}-caption`)?.textContent ?? '',
    isMarked: document.querySelector(`#${name} .stale`)?.checkVisibility({ visibilityProperty: true }) === true,
    rows: document.querySelectorAll(`#${name} tbody tr`).length,
  }));
}

const LIVE = { tone: 'connected', stale: false };

inEveryEngine((scene) => {
  test('the page of the demo shows what the server has, and again after an outage', async () => {
    const tab = await scene.visit(page);
    await tab.run(untilShown, LIVE);
    await expectTheSame(tab);

    await tab.run(misbehave, 'restart');
    await tab.run(untilShown, { tone: 'waiting', stale: true });
    await tab.run(untilShown, LIVE);

    await store.ready();
    await expectTheSame(tab);
  });
});

inChromium((scene) => {
  test('the page of the demo marks its tables while they may be out of date, and keeps them', async () => {
    const tab = await scene.visit(page);
    await tab.run(untilShown, LIVE);
    const live = await tab.run(readMarks, TABLES);

    await tab.run(misbehave, 'restart');
    await tab.run(untilShown, { tone: 'waiting', stale: true });
    const stale = await tab.run(readMarks, TABLES);
    await tab.run(untilShown, LIVE);

    expect(live.map(({ caption, isMarked }) => [caption.replace(/.*, /, ''), isMarked])).toEqual(
      TABLES.map(() => ['live', false]),
    );
    expect(stale.map(({ caption, isMarked }) => [caption.replace(/\d+/g, 'n'), isMarked])).toEqual(
      TABLES.map((name) => [`n ${name}, stale for n s`, true]),
    );
    expect(stale.map(({ rows }) => rows)).toEqual([5, expect.any(Number), 10]);
    expect(stale[1]?.rows).toBeGreaterThanOrEqual(12);
  });

  test('the page of the demo highlights what has just changed, and nothing of what it opens with', async () => {
    const tab = await scene.visit(page);
    await tab.run(untilShown, LIVE);
    const highlighted = await tab.run(async () => {
      const changed = () => document.querySelectorAll('tbody .changed').length;
      const atFirst = changed();
      while (changed() === 0) await new Promise(requestAnimationFrame);
      return [atFirst, document.querySelectorAll('#companies tbody .changed:first-child').length];
    });
    expect(highlighted).toEqual([0, 0]);
  });

  test('the page of the demo logs errors by their codes', async () => {
    const tab = await scene.visit(page);
    await tab.run(untilShown, LIVE);
    await tab.run(misbehave, 'drop');
    await tab.run(untilShown, { tone: 'waiting', stale: true });
    const codes = await tab.run(() => [...document.querySelectorAll('#errors code')].map((code) => code.textContent));
    await tab.run(untilShown, LIVE);
    // The demo restarts its server now and then by itself, too.
    expect(codes).toContain('CONNECTION_CLOSED');
  });

  test('every control of the page of the demo, and all that scrolls, is reached by the Tab key', async () => {
    const tab = await scene.visit(page);
    const count = await tab.run(() => document.querySelectorAll('button, .scroll').length);
    const names: string[] = [];
    for (let presses = 0; presses < count; presses++) {
      await tab.page.press('Tab');
      names.push(
        await tab.run(() => {
          const focused = document.activeElement as HTMLElement;
          const region = `${focused.closest('section')?.id} ${focused.className}`;
          return focused.dataset['misbehave'] ?? (focused.id === '' ? region : focused.id);
        }),
      );
    }
    expect(names).toEqual([
      ...['reconnect', 'close', 'drop', 'restart', 'refuse', 'silence', 'burst', 'bad-key'],
      ...['errors scroll', 'companies scroll', 'flags scroll', 'users scroll'],
    ]);
  });

  test('the page of the demo fits a phone', async () => {
    const tab = await scene.visit(page);
    await tab.page.resize(360);
    await tab.run(untilShown, LIVE);
    const { wide, sideways } = await tab.run(() => {
      const { clientWidth, scrollWidth } = document.documentElement;
      return { wide: innerWidth, sideways: scrollWidth - clientWidth };
    });
    expect([wide, sideways]).toEqual([360, 0]);
  });
});
