import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import process from 'node:process';

const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');

/** Runs some of the fault tests; resolves with how that went. A signal to this process ends them, too. */
export async function runTests(pattern, { workers, env }) {
  const options = ['--selectProjects', 'faults', '--testPathPatterns', pattern, '--maxWorkers', String(workers)];
  const jest = spawn(process.execPath, [JEST, ...options], { stdio: 'inherit', env: { ...process.env, ...env } });
  let isInterrupted = false;
  const interrupt = (signal) => {
    isInterrupted = true;
    jest.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM'];
  for (const signal of signals) process.on(signal, interrupt);
  const [code] = await once(jest, 'close');
  for (const signal of signals) process.off(signal, interrupt);
  return { hasPassed: code === 0, isInterrupted };
}
