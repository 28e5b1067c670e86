import { findsWs, keeps, noWs, pageRuns, shakes, siteRuns } from '../checks.mjs';
import { served } from '../served.mjs';

/** @param more what is checked beside what both of its bundlers have to pass */
const target = (name, env, more) => ({
  name,
  build: (folder) => folder.run('next', ['build', `--${name}`], { env: environment(name, env) }),
  serve: (folder) => serve(folder, environment(name, env)),
  checks: [
    noWs(`${name}/static`),
    shakes(`${name}/static`),
    keeps(`${name}/server`),
    pageRuns(''),
    siteRuns('node', 'Node', 'a header'),
    ...more,
  ],
});

const environment = (distDir, env) => ({ DIST_DIR: distDir, NEXT_TELEMETRY_DISABLED: '1', ...env });

/** @type {import('../case.mjs').Case} */
export default {
  name: 'next',
  packages: { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
  projects: ['shared', 'next'],
  targets: [
    target('turbopack', { EDGE: '1' }, [findsWs('turbopack/server'), siteRuns('edge', 'edge', 'the query')]),
    // Two limits of Next 16.4 with webpack: it takes the optional `bufferutil` of `ws` for an empty module, so `ws` must
    // not be bundled (websockets/ws#2288), and it builds no edge route in the app folder, for want of a manifest.
    target('webpack', { EXTERNAL: 'ws' }, [findsWs('node_modules/ws/lib/websocket.js')]),
  ],
};

async function serve(folder, env) {
  const child = folder.start('next', ['start', '--hostname', '127.0.0.1', '--port', '0'], { env });
  child.stderr.resume();
  const { address, close } = await served(child, child.stdout, /Local:\s+(\S+)[^]*Ready/);
  return { url: address, close };
}
