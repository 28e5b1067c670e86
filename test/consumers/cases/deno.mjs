import { findsWs, resolvesWithoutWs, scriptRuns } from '../checks.mjs';

// Nothing but the network: whoever loads `ws` needs --allow-env and --allow-read as well.
const RUN = ['deno', 'run', '--no-remote', '--no-prompt', '--no-lock', '--allow-net=127.0.0.1'];
const env = { DENO_DIR: '.deno', DENO_NO_UPDATE_CHECK: '1' };

/** @type {import('../case.mjs').Case} */
export default {
  name: 'deno',
  packages: { deno: '2.9.6' },
  projects: ['shared'],
  targets: [
    {
      checks: [
        resolvesWithoutWs(['deno', 'eval', '--no-lock'], { env }),
        findsWs('node_modules/schematic-datastream-ws/dist/index.js'),
        scriptRuns('Deno', [...RUN, 'script.js'], { env, keyIn: 'a header' }),
      ],
    },
  ],
};
