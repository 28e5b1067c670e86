import { findsWs, noWs, siteRuns } from '../../consumers/checks.mjs';
import { served } from '../../consumers/served.mjs';
import { loaded, project } from '../loaded.mjs';

// The conditions with which Cloudflare's own tool bundles a worker.
const BUNDLE = ['--bundle', '--format=esm', '--platform=browser', '--conditions=workerd,worker,browser'];

/** @type {import('../../consumers/case.mjs').Case} */
export default {
  name: 'workerd',
  packages: { workerd: '1.20261117.1', esbuild: '0.28.2' },
  projects: ['shared', project('workerd')],
  targets: [
    {
      title: 'workerd (Cloudflare)',
      package: 'workerd',
      build: (folder) => folder.run('esbuild', ['worker.js', ...BUNDLE, '--outfile=dist/worker.js']),
      serve,
      checks: [
        noWs('dist/worker.js'),
        findsWs('node_modules/schematic-datastream-ws/dist/index.js'),
        loaded('a bundle', siteRuns('', 'workerd', 'the query')),
      ],
    },
  ],
};

/** Starts workerd, which tells its port on the descriptor that --control-fd names. */
async function serve(folder) {
  const stdio = ['ignore', 'ignore', 'inherit', 'pipe'];
  const child = folder.start('workerd', ['serve', 'config.capnp', '--control-fd=3'], { stdio });
  const { address, close } = await served(child, child.stdio[3], /"port":(\d+)/);
  return { url: `http://127.0.0.1:${address}`, close };
}
