import { join } from 'node:path';
import { Child } from '../../support/child-process';
import { MARKER_KEY, showsKey } from '../../support/marker';

const FAULTS = 6;
const STRATEGIES = 4;

test('a process that logs to its console, and prints all there is, shows its key nowhere', async () => {
  const script = join(__dirname, 'process.child.mjs');
  const server = { url: 'of its own' };
  const child = Child.runFile(script, [], server, { env: { API_KEY: MARKER_KEY }, node: ['--trace-warnings'] });
  try {
    const { code, stderr } = await child.ended;
    const lines = [...child.lines.all, ...stderr.split('\n')];
    expect(lines.filter(showsKey)).toEqual([]);
    expect(lines.filter((line) => line.includes('Warning'))).toEqual([]);
    // With a logger and without.
    expect(lines.filter((line) => line.startsWith('went through: '))).toHaveLength(2 * FAULTS * STRATEGIES);
    expect(code).toBe(0);
  } finally {
    await child.stop();
  }
});
