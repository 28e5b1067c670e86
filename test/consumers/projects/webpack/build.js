import { promisify } from 'node:util';
import webpack from 'webpack';

const shared = { mode: 'production', performance: { hints: false } };
const stats = await promisify(webpack)([
  {
    ...shared,
    target: 'web',
    entry: { page: './page.js', control: './control.js', fakes: './fakes.js' },
    output: { filename: '[name].js' },
  },
  // What a server runs; bundled whole, so that it shows what the same tool does for Node. `ws` looks for its native
  // helpers in a try block, and webpack warns of each that is not there.
  {
    ...shared,
    target: 'node',
    entry: './script.js',
    output: { filename: 'script.cjs' },
    ignoreWarnings: [/Can't resolve '(bufferutil|utf-8-validate)'/],
  },
]);
if (stats.hasErrors() || stats.hasWarnings())
  throw new Error(stats.toString({ preset: 'errors-warnings', colors: false }));
