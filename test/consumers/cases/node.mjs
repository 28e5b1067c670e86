import process from 'node:process';
import { findsWs, scriptRuns } from '../checks.mjs';

/** @type {import('../case.mjs').Case} */
export default {
  name: 'node',
  version: process.versions.node,
  packages: {},
  projects: ['shared', 'node'],
  targets: [
    {
      checks: [
        findsWs('node_modules/schematic-datastream-ws/dist/index.js'),
        scriptRuns('Node (ESM)', ['node', 'script.js'], { keyIn: 'a header' }),
        scriptRuns('Node (CJS)', ['node', 'required.cjs'], { keyIn: 'a header' }),
      ],
    },
  ],
};
