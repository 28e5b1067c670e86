import { spawn } from 'node:child_process';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';

const PATIENCE = 240_000;
const TAIL = 2_000;

const running = new Set();

/** Starts a command in a group of its own, so that ending it ends what it has started too. */
export function start(command, args, { cwd, env = {}, stdio = 'pipe' } = {}) {
  const child = spawn(command, args, { cwd, env: { ...surroundings(), ...env }, stdio, detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  // A command that does not exist closes as well, with an error before.
  child.once('error', () => running.delete(child));
  return child;
}

/** Ends a command that goes on by itself, with all that it has started. */
export function end(child) {
  if (child.pid === undefined || !running.delete(child)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}

/** Ends everything that is still running. */
export function endAll() {
  for (const child of running) end(child);
}

/** Runs a command to its end and gives its output; a failure carries the last of it. */
export function run(command, args, { timeout = PATIENCE, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, options);
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'])
      child[stream].setEncoding('utf8').on('data', (text) => (output[stream] += text));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      end(child);
    }, timeout);
    const fail = (why) => reject(new Error(`${[command, ...args].join(' ')}: ${why}\n${tail(output)}`));
    child.once('error', (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      if (status === 0) resolve(output);
      else fail(timedOut ? `no end within ${timeout / 1_000} s` : `status ${status ?? signal}`);
    });
  });
}

/** Runs the npm that runs this script, if one does: it need not be the first in the path. */
export function npm(args, options) {
  const [command, ...before] = npmCommand();
  return run(command, [...before, ...args], options);
}

/** Starts an npm script that goes on until it is ended. */
export function startNpm(args, options) {
  const [command, ...before] = npmCommand();
  return start(command, [...before, ...args], options);
}

function npmCommand() {
  const running = process.env['npm_execpath'];
  return running && /npm-cli\.c?js$/.test(running) ? [process.execPath, running] : ['npm'];
}

/** The environment, without what `npm run` and a test runner put in it: it speaks of this package, not of the consumer. */
function surroundings() {
  const foreign =
    /^(npm_(package_|lifecycle_|config_local_prefix)|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|JEST_|FORCE_COLOR$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', DO_NOT_TRACK: '1' };
}

function tail({ stdout, stderr }) {
  return `${stdout.slice(-TAIL)}${stderr.slice(-TAIL)}`.trim();
}
