import { noWs } from '../checks.mjs';
import { example, showsChanges, startsPage } from '../examples.mjs';
import { staticSite } from '../static-site.mjs';

const changes = { before: { flags: 'beta: false' }, after: { flags: 'beta: true' } };

/** @type {import('../case.mjs').Case} */
export const viteSpa = {
  name: 'example-vite-spa',
  projects: [example('vite-spa')],
  targets: [
    {
      build: (folder) => folder.run('vite', ['build']),
      package: 'vite',
      serve: staticSite,
      checks: [noWs('dist/assets'), showsChanges('dist/index.html', changes), startsPage()],
    },
  ],
};

/** @type {import('../case.mjs').Case} */
export const scriptTag = {
  name: 'example-script-tag',
  version: '-',
  projects: [example('script-tag')],
  targets: [{ serve: staticSite, checks: [showsChanges('index.html', changes), startsPage()] }],
};
