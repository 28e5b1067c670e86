import type { DatastreamServer } from '../../src/testing';
import { useLoopback } from '../support/loopback';
import type { Browser, Engine, Page } from './engines/engine';
import { Link } from './link';
import { Site, type Load } from './site';
import { Tab } from './tab';

/** What a suite of browser tests plays in: an engine, a site, servers; all of it goes when the suite has ended. */
export interface Scene<OpenPage extends Page = Page> {
  /** Opens a page that has loaded the library. */
  open(load?: Load): Promise<Tab<OpenPage>>;
  /** Opens any other page. */
  visit(url: string): Promise<Tab<OpenPage>>;
  /** A server for one test. */
  server: ReturnType<typeof useLoopback>['datastream'];
  /** A way to that server that can be broken, for one test. */
  link(server: DatastreamServer): Promise<Link>;
  /** A page of the site without the library. */
  elsewhere(): string;
}

// A browser on a busy machine takes its time to start.
const START_TIMEOUT = 60_000;

/** The scene of the tests of one `describe`. */
export function useScene<OpenPage extends Page>(engine: Engine<OpenPage>): Scene<OpenPage> {
  let site: Site | undefined;
  let browser: Browser<OpenPage> | undefined;
  const perTest: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    site = await Site.start();
    browser = await engine.launch();
  }, START_TIMEOUT);
  // Pages go before the servers that they are connected to.
  afterEach(async () => {
    for (const undo of perTest.splice(0).reverse()) await undo();
  });
  afterAll(async () => {
    await browser?.stop();
    await site?.stop();
  }, START_TIMEOUT);
  const loopback = useLoopback();

  const visit = async (url: string) => {
    if (!browser) throw new Error('The scene opens with the first test');
    const tab = new Tab(await browser.open(url));
    perTest.push(() => tab.page.close());
    return tab;
  };

  return {
    open: async (load = 'index.browser.js') => visit(site?.page(load) ?? ''),
    visit,
    server: (options) => loopback.datastream(options),
    link: async (server) => {
      const link = await Link.to(server);
      perTest.push(() => link.stop());
      return link;
    },
    elsewhere: () => site?.url ?? '',
  };
}
