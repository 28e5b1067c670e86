import bun from './bun.mjs';
import deno from './deno.mjs';
import esbuild from './esbuild.mjs';
import exampleReact from './example-react.mjs';
import jest from './jest.mjs';
import metro from './metro.mjs';
import next from './next.mjs';
import node from './node.mjs';
import rollup from './rollup.mjs';
import scriptTag from './script-tag.mjs';
import vite from './vite.mjs';
import webpack from './webpack.mjs';
import workerd from './workerd.mjs';

/** @type {import('../case.mjs').Case[]} */
export const CASES = [
  scriptTag,
  vite,
  webpack,
  esbuild,
  rollup,
  next,
  jest,
  metro,
  node,
  deno,
  bun,
  workerd,
  exampleReact,
];
