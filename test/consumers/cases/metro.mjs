import { findsWs, noWs, pageRuns } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

const target = (name, folderName) => ({
  name,
  build: (folder) => folder.run('node', ['build.js', folderName]),
  serve: staticSite,
  checks: [
    noWs(`${folderName}/ios.js`, `${folderName}/android.js`, `${folderName}/web.js`),
    findsWs(`node_modules/ws/lib/websocket.js`),
    // Nothing here runs React Native; a page is the closest that there is.
    pageRuns(`${folderName}.html`),
  ],
});

/** The bundler of React Native, which shakes nothing. @type {import('../case.mjs').Case} */
export default {
  name: 'metro',
  packages: { metro: '0.83.8' },
  projects: ['shared', 'metro'],
  targets: [target('exports', 'exports'), target('no exports', 'fields')],
};
