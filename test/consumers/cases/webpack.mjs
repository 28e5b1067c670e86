import { findsWs, keeps, noWs, pageRuns, scriptRuns, shakes } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

/** @type {import('../case.mjs').Case} */
export default {
  name: 'webpack',
  packages: { webpack: '5.112.2' },
  projects: ['shared', 'webpack'],
  targets: [
    {
      build: (folder) => folder.run('node', ['build.js']),
      serve: staticSite,
      checks: [
        noWs('dist/page.js', 'dist/control.js', 'dist/fakes.js'),
        findsWs('dist/script.cjs'),
        shakes('dist/page.js'),
        keeps('dist/control.js'),
        pageRuns('index.html'),
        scriptRuns('Node', ['node', 'dist/script.cjs'], { keyIn: 'a header' }),
      ],
    },
  ],
};
