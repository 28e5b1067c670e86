import { noWs } from '../../consumers/checks.mjs';
import { following } from '../../consumers/datastream.mjs';
import { staticSite } from '../../consumers/static-site.mjs';
import { Installed } from '../installed-browser.mjs';
import { loaded, project } from '../loaded.mjs';

const LIBRARY = 'node_modules/schematic-datastream-ws/dist';
const ROUNDS = 2;

/** A page of the site follows a datastream through a restart of its server. */
const pageRuns = (browser, page, where) =>
  loaded(where, {
    name: `${page} connects, receives, reconnects and closes in ${browser.name}`,
    run: ({ folder, site, row }) =>
      following(
        folder,
        async (server) => {
          const { version, outcome } = await browser.outcome(
            `${site.url}/${page}?rounds=${ROUNDS}&server=${encodeURIComponent(server)}`,
          );
          row.version = version;
          return outcome;
        },
        { rounds: ROUNDS, keyIn: 'the query' },
      ),
  });

/** Without any tool, as the tarball is. @type {import('../../consumers/case.mjs').Case} */
export default {
  name: 'browsers',
  // Each tells its own.
  version: '',
  packages: {},
  projects: ['shared', project('page')],
  targets: ['Chromium', 'Firefox', 'WebKit'].map((name) => {
    const browser = new Installed(name);
    return {
      title: name,
      serve: staticSite,
      checks: [
        noWs(`${LIBRARY}/index.umd.js`, `${LIBRARY}/index.umd.min.js`, `${LIBRARY}/index.browser.js`),
        pageRuns(browser, 'umd.html', 'script tag'),
        pageRuns(browser, 'import-map.html', 'ES module'),
      ],
    };
  }),
};
