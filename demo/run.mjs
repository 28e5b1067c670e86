// The demo from a fresh clone: installs and builds what is missing, then runs it. Arguments are those of main.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['src', 'tools/build', 'rollup.config.mjs', 'tsconfig.json', 'package.json'];
const BUNDLES = ['dist/index.js', 'dist/testing.js', 'dist/index.umd.js'];

// Not `npm ci`: it refuses a lock file that lacks the optional packages of this platform. Nothing but node_modules changes.
if (!existsSync(join(ROOT, 'node_modules'))) npm('Installing the packages', ['ci', '--no-audit', '--no-fund']);
if (!isBuilt()) npm('Building the library', ['run', 'build']);
await import('./main.mjs');

/** Whether the bundles are there, and newer than everything they are made of. */
function isBuilt() {
  if (!BUNDLES.every((bundle) => existsSync(join(ROOT, bundle)))) return false;
  const builtAt = Math.min(...BUNDLES.map(changedAt));
  return SOURCES.flatMap(filesOf).every((file) => changedAt(file) <= builtAt);
}

function filesOf(path) {
  if (!existsSync(join(ROOT, path))) return [];
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path), { recursive: true }).map((name) => join(path, name));
}

function changedAt(path) {
  return statSync(join(ROOT, path)).mtimeMs;
}

/** Runs npm. Nothing of it may reach the standard output, which belongs to the demo, and it is shown only if it fails. */
function npm(what, parameters) {
  process.stderr.write(`${what} ...\n`);
  const [command, ...before] = npmCommand();
  const shell = command === 'npm' && process.platform === 'win32';
  const result = spawnSync(command, [...before, ...parameters], { cwd: ROOT, shell, encoding: 'utf8' });
  if (result.status === 0) return;
  const why = result.error ? `${result.error.message}\n` : `${result.stdout}${result.stderr}`;
  process.stderr.write(`${why}${what} failed.\n`);
  process.exit(1);
}

/** The npm that runs this script, if one does: it need not be the first in the path. */
function npmCommand() {
  const running = process.env['npm_execpath'];
  return running && /npm-cli\.c?js$/.test(running) ? [process.execPath, running] : ['npm'];
}
