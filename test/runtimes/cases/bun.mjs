import { findsWs, resolvesWithoutWs, scriptRuns } from '../../consumers/checks.mjs';
import { loaded, project } from '../loaded.mjs';

/** @type {import('../../consumers/case.mjs').Case} */
export default {
  name: 'bun',
  packages: { bun: '1.4.5' },
  projects: ['shared', project('node')],
  targets: [
    {
      title: 'Bun',
      package: 'bun',
      checks: [
        resolvesWithoutWs(['bun', '--eval']),
        findsWs('node_modules/schematic-datastream-ws/dist/index.js'),
        loaded('ES module', scriptRuns('Bun', ['bun', 'script.js'], { keyIn: 'a header' })),
        loaded('CommonJS', scriptRuns('Bun', ['bun', 'required.cjs'], { keyIn: 'a header' })),
      ],
    },
  ],
};
