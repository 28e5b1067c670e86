import { findsWs, keeps, noWs, pageRuns, scriptRuns, shakes } from '../checks.mjs';
import { staticSite } from '../static-site.mjs';

const bundle = (folder, entries, ...flags) =>
  folder.run('esbuild', [...entries, '--bundle', '--minify', '--log-level=warning', ...flags]);

/** @type {import('../case.mjs').Case} */
export default {
  name: 'esbuild',
  packages: { esbuild: '0.28.2' },
  projects: ['shared', 'esbuild'],
  targets: [
    {
      name: 'browser',
      build: async (folder) => {
        await bundle(folder, ['page.js', 'control.js', 'fakes.js'], '--platform=browser', '--outdir=browser');
        await bundle(folder, ['script.js'], '--platform=node', '--outfile=node/script.cjs');
      },
      serve: staticSite,
      checks: [
        noWs('browser/page.js', 'browser/control.js', 'browser/fakes.js'),
        findsWs('node/script.cjs'),
        shakes('browser/page.js'),
        keeps('browser/control.js'),
        pageRuns('browser.html'),
        scriptRuns('Node', ['node', 'node/script.cjs'], { keyIn: 'a header' }),
      ],
    },
    {
      name: 'neutral',
      build: (folder) =>
        bundle(folder, ['page.js', 'control.js', 'fakes.js'], '--platform=neutral', '--outdir=neutral'),
      serve: staticSite,
      checks: [
        noWs('neutral/page.js', 'neutral/control.js', 'neutral/fakes.js'),
        shakes('neutral/page.js'),
        keeps('neutral/control.js'),
        pageRuns('neutral.html'),
      ],
    },
    {
      name: 'require()',
      build: (folder) => bundle(folder, ['required.cjs'], '--platform=browser', '--outfile=required/page.js'),
      serve: staticSite,
      checks: [noWs('required/page.js'), pageRuns('required.html')],
    },
  ],
};
