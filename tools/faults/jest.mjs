import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import process from 'node:process';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest.js');

/** Runs some of the fault tests; resolves with whether all of them passed. */
export async function passes(pattern, { workers, env }) {
  const options = ['--selectProjects', 'faults', '--testPathPatterns', pattern, '--maxWorkers', String(workers)];
  const jest = spawn(process.execPath, [JEST, ...options], { stdio: 'inherit', env: { ...process.env, ...env } });
  const [code] = await once(jest, 'close');
  return code === 0;
}
