import bun from './bun.mjs';
import commandLine from './command-line.mjs';
import esbuild from './esbuild.mjs';
import { nodeCjs, nodeEsm, openTelemetry, testingWithJest } from './example-node.mjs';
import { scriptTag as scriptTagExample, viteSpa } from './example-pages.mjs';
import reactExample from './example-react.mjs';
import relayExample from './example-relay.mjs';
import tokenExample from './example-token.mjs';
import jest from './jest.mjs';
import metro from './metro.mjs';
import next from './next.mjs';
import rollup from './rollup.mjs';
import vite from './vite.mjs';
import webpack from './webpack.mjs';

const TOOLS = [vite, webpack, esbuild, rollup, next, jest, metro, bun, commandLine];

/** The folders of examples/, each as its reader would run it. */
const EXAMPLES = [
  nodeEsm,
  nodeCjs,
  viteSpa,
  scriptTagExample,
  reactExample,
  relayExample,
  tokenExample,
  testingWithJest,
  openTelemetry,
];

/** @type {import('../case.mjs').Case[]} */
export const CASES = [...TOOLS, ...EXAMPLES];
