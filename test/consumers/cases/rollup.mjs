import { findsWs, keeps, noWs, pageRuns, scriptRuns, shakes } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

const target = (name, folderName, builds, more = []) => ({
  name,
  build: (folder) => folder.run('node', ['build.js', ...builds]),
  serve: staticSite,
  checks: [
    noWs(`${folderName}/page.js`, `${folderName}/control.js`, `${folderName}/fakes.js`),
    shakes(`${folderName}/page.js`),
    keeps(`${folderName}/control.js`),
    pageRuns(`${folderName}.html`),
    ...more,
  ],
});

/** @type {import('../case.mjs').Case} */
export default {
  name: 'rollup',
  packages: { rollup: '4.68.7', '@rollup/plugin-node-resolve': '16.0.3', '@rollup/plugin-commonjs': '29.0.3' },
  projects: ['shared', 'rollup'],
  targets: [
    target(
      'browser: true',
      'browser',
      ['browser', 'node'],
      [findsWs('node/script.js'), scriptRuns('Node', ['node', 'node/script.js'], { keyIn: 'a header' })],
    ),
    // Forgotten by many: the package has to be right for them too.
    target('browser not set', 'plain', ['plain']),
  ],
};
