import { keeps, noWs, pageRuns, shakes } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

/** The bundler; what the runtime does is in test/runtimes. @type {import('../case.mjs').Case} */
export default {
  name: 'bun-build',
  packages: { bun: '1.4.5' },
  projects: ['shared', 'bun'],
  targets: [
    {
      build: async (folder) => {
        // One after the other: what one of them imports would stay in the other.
        for (const entry of ['page.js', 'control.js']) {
          await folder.run('bun', ['build', entry, '--target=browser', '--minify', '--outdir=dist']);
        }
      },
      serve: staticSite,
      checks: [noWs('dist/page.js'), shakes('dist/page.js'), keeps('dist/control.js'), pageRuns('index.html')],
    },
  ],
};
