// The processes of a run: one server, and a fresh one for each measurement.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Starts the server; `stop` ends it. */
export async function startServer() {
  const child = fork(file('server/server.mjs'));
  const [{ port }] = await once(child, 'message');
  return { url: `ws://127.0.0.1:${port}/`, stop: () => child.disconnect() };
}

/** What no measurement takes, in milliseconds: a subject that waits for ever ends the run, and not the patience of whoever runs it. */
const LONGEST = 5 * 60_000;

/** Takes one measurement. */
export async function measure({ workload, subject, url, count, flags }) {
  const task = [workload, subject, url, String(count)];
  const child = fork(file('measure.mjs'), task, { execArgv: flags, timeout: LONGEST });
  const result = await Promise.race([
    once(child, 'message').then(([message]) => message),
    once(child, 'exit').then(([code]) => ({ failed: code })),
  ]);
  if ('failed' in result) throw new Error(`${subject} failed at ${workload} (exit code ${result.failed})`);
  return result;
}
