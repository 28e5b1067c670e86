import { findsWs, keeps, noWs, pageRuns, scriptRuns, shakes } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

/** @type {import('../case.mjs').Case} */
export default {
  name: 'vite',
  packages: { vite: '8.3.8' },
  projects: ['shared', 'vite'],
  targets: [
    {
      build: (folder) => folder.run('node', ['build.js']),
      serve: staticSite,
      checks: [
        noWs('dist/page', 'dist/control', 'dist/fakes'),
        findsWs('dist/server'),
        shakes('dist/page'),
        keeps('dist/control'),
        pageRuns('dist/page/page.html'),
        scriptRuns('Node (SSR)', ['node', 'dist/server/script.js'], { keyIn: 'a header' }),
      ],
    },
  ],
};
