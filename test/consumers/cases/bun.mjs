import { findsWs, keeps, noWs, pageRuns, resolvesWithoutWs, scriptRuns, shakes } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

/** @type {import('../case.mjs').Case} */
export default {
  name: 'bun',
  packages: { bun: '1.4.5' },
  projects: ['shared', 'bun'],
  targets: [
    {
      checks: [
        resolvesWithoutWs(['bun', '--eval']),
        findsWs('node_modules/schematic-datastream-ws/dist/index.js'),
        scriptRuns('Bun', ['bun', 'script.js'], { keyIn: 'a header' }),
      ],
    },
    {
      name: 'bun build',
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
