import process from 'node:process';
import commonjs from '@rollup/plugin-commonjs';
import nodeResolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

const pages = ['page.js', 'control.js', 'fakes.js'];
const BUILDS = {
  browser: { inputs: pages, plugins: [nodeResolve({ browser: true })] },
  plain: { inputs: pages, plugins: [nodeResolve()] },
  node: {
    inputs: ['script.js'],
    plugins: [nodeResolve({ exportConditions: ['node'], preferBuiltins: true }), commonjs()],
    // `ws` looks for its native helpers, which are not installed, in a try block.
    onwarn: () => undefined,
  },
};

for (const name of process.argv.slice(2)) {
  const { inputs, plugins, onwarn = refuse } = BUILDS[name];
  for (const input of inputs) {
    // One bundle each: whatever two entries share would move to a chunk of its own.
    const bundle = await rollup({ input, plugins, onwarn });
    await bundle.write({ dir: name, format: 'es' });
  }
}

function refuse(warning) {
  throw new Error(warning.message);
}
