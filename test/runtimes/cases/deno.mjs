import { findsWs, resolvesWithoutWs, scriptRuns } from '../../consumers/checks.mjs';
import { loaded } from '../loaded.mjs';

// Nothing but the network: whoever loads `ws` needs --allow-env and --allow-read as well.
const RUN = ['deno', 'run', '--no-remote', '--no-prompt', '--no-lock', '--allow-net=127.0.0.1'];
const env = { DENO_DIR: '.deno', DENO_NO_UPDATE_CHECK: '1' };

/** @type {import('../../consumers/case.mjs').Case} */
export default {
  name: 'deno',
  packages: { deno: '2.9.6' },
  projects: ['shared'],
  targets: [
    {
      title: 'Deno',
      package: 'deno',
      checks: [
        resolvesWithoutWs(['deno', 'eval', '--no-lock'], { env }),
        findsWs('node_modules/schematic-datastream-ws/dist/index.js'),
        loaded('ES module', scriptRuns('Deno', [...RUN, 'script.js'], { env, keyIn: 'a header' })),
      ],
    },
  ],
};
