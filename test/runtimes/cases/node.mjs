import process from 'node:process';
import { findsWs, scriptRuns } from '../../consumers/checks.mjs';
import { loaded, project } from '../loaded.mjs';

const VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' };
// The package `node` fetches one of these when it is installed; taken by its own name, nothing has to run for that.
const PLATFORM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const BINARY = `node-${PLATFORM === 'darwin-arm64' ? 'bin-' : ''}${PLATFORM}`;

/** @type {import('../../consumers/case.mjs').Case} */
export default {
  name: 'node',
  packages: Object.fromEntries(
    Object.entries(VERSIONS).map(([major, version]) => [`node-${major}`, `npm:${BINARY}@${version}`]),
  ),
  projects: ['shared', project('node')],
  targets: Object.keys(VERSIONS).map((major) => {
    const program = `node_modules/node-${major}/bin/node`;
    return {
      title: `Node ${major}`,
      package: `node-${major}`,
      checks: [
        findsWs('node_modules/schematic-datastream-ws/dist/index.js'),
        loaded('ES module', scriptRuns(`Node ${major}`, [program, 'script.js'], { keyIn: 'a header' })),
        loaded('CommonJS', scriptRuns(`Node ${major}`, [program, 'required.cjs'], { keyIn: 'a header' })),
      ],
    };
  }),
};
