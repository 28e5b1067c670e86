import { noWs } from '../checks.mjs';
import { example, showsChanges } from '../examples.mjs';
import { staticSite } from '../static-site.mjs';

const changes = { before: { flags: 'beta: false' }, after: { flags: 'beta: true' } };

/** @type {import('../case.mjs').Case} */
export const viteSpa = {
  name: 'example-vite-spa',
  packages: { vite: '^8.0.0' },
  projects: [example('vite-spa')],
  targets: [
    {
      build: (folder) => folder.run('vite', ['build']),
      serve: staticSite,
      checks: [noWs('dist/assets'), showsChanges('dist/index.html', changes)],
    },
  ],
};

/** @type {import('../case.mjs').Case} */
export const scriptTag = {
  name: 'example-script-tag',
  packages: {},
  version: '-',
  projects: [example('script-tag')],
  targets: [{ serve: staticSite, checks: [showsChanges('index.html', changes)] }],
};
