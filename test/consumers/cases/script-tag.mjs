import { noWs, pageRuns } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

const LIBRARY = 'node_modules/schematic-datastream-ws/dist';

/** No tool at all. @type {import('../case.mjs').Case} */
export default {
  name: 'script-tag',
  version: '',
  packages: {},
  projects: ['shared', 'script-tag'],
  targets: [
    {
      name: 'UMD',
      serve: staticSite,
      checks: [noWs(`${LIBRARY}/index.umd.js`, `${LIBRARY}/index.umd.min.js`), pageRuns('umd.html')],
    },
    {
      name: 'import map',
      serve: staticSite,
      checks: [noWs(`${LIBRARY}/index.browser.js`), pageRuns('import-map.html')],
    },
  ],
};
