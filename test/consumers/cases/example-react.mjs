import { noWs } from '../checks.mjs';
import { example, showsChanges } from '../examples.mjs';
import { staticSite } from '../static-site.mjs';

/** @type {import('../case.mjs').Case} */
export default {
  name: 'example-react',
  packages: { react: '^19.0.0', 'react-dom': '^19.0.0', vite: '^8.0.0' },
  projects: [example('react')],
  targets: [
    {
      build: (folder) => folder.run('vite', ['build']),
      serve: staticSite,
      checks: [
        noWs('dist/assets'),
        // StrictMode mounts twice, which must not take two connections.
        showsChanges('dist/index.html', {
          before: { flag: 'false', 'seats-acme': '12', 'seats-nobody': 'NOT_FOUND', user: 'user_ada' },
          after: { flag: 'true', 'seats-acme': '11' },
        }),
      ],
    },
  ],
};
