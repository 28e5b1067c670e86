import { noWs } from '../checks.mjs';
import { example, showsChanges, startsPage } from '../examples.mjs';
import { staticSite } from '../static-site.mjs';

/** @type {import('../case.mjs').Case} */
export default {
  name: 'example-react',
  projects: [example('react')],
  targets: [
    {
      build: (folder) => folder.run('vite', ['build']),
      package: 'react',
      serve: staticSite,
      checks: [
        noWs('dist/assets'),
        // StrictMode mounts twice, which must not take two connections.
        showsChanges('dist/index.html', {
          before: { flag: 'false', 'seats-acme': '12', 'seats-nobody': 'NOT_FOUND', user: 'user_ada' },
          after: { flag: 'true', 'seats-acme': '11' },
        }),
        startsPage(),
      ],
    },
  ],
};
