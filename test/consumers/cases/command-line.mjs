import assert from 'node:assert/strict';
import { once } from 'node:events';
import { served } from '../served.mjs';

const COMMAND = ['exec', '--offline', '--', 'schematic-datastream-ws'];
const env = { SCHEMATIC_API_KEY: 'a-key-of-a-new-user' };

/** The development server of the command line, for as long as `play` takes. */
async function withServe(folder, play) {
  const child = folder.startNpm([...COMMAND, 'serve'], { env });
  const { address, close } = await served(child, child.stdout, /^(http:\S+)\n/);
  try {
    return await play(address);
  } finally {
    close();
  }
}

/** @type {import('../checks.mjs').Check[]} */
const checks = [
  {
    name: 'npx tells the version of the tarball, and its help',
    run: async ({ folder }) => {
      const { stdout } = await folder.npm([...COMMAND, '--version']);
      assert.equal(stdout.trim(), folder.version('schematic-datastream-ws'));
      assert.match((await folder.npm([...COMMAND, '--help'])).stdout, /^schematic-datastream-ws: follow/);
    },
  },
  {
    name: 'npx follows with tail what serve serves, as JSON lines, as in the README',
    run: ({ folder }) =>
      withServe(folder, async (url) => {
        const args = ['tail', '--url', url, '--entity', 'flags,company:id=acme', '--json'];
        const child = folder.startNpm([...COMMAND, ...args], { env });
        const { close } = await served(child, child.stdout, /(rulesengine\.Flags[^]*"entity_id":"comp_acme")/);
        const ended = once(child, 'close');
        close();
        await ended;
      }),
  },
  {
    name: 'npx finds nothing wrong with it by doctor',
    run: ({ folder }) =>
      withServe(folder, async (url) => {
        const { stdout } = await folder.npm([...COMMAND, 'doctor', '--url', url, '--idle', '1'], { env });
        const steps = stdout
          .trim()
          .split('\n')
          .map((line) => line.split(/\s+/).slice(0, 2).join(' '));
        assert.deepEqual(
          steps,
          ['DNS', 'TCP', 'upgrade', 'key', 'flags', 'ping', 'idle'].map((step) => `ok ${step}`),
        );
      }),
  },
].map((check) => ({ column: 'runs in', where: 'Node', ...check }));

/** As a new user types it, in a folder with nothing else. @type {import('../case.mjs').Case} */
export default {
  name: 'command-line',
  version: '-',
  projects: [],
  targets: [{ checks }],
};
