// Installs what the browser tests run in: Chromium, Firefox and WebKit. On Debian and its kin these are packages; where
// there is no such package, playwright downloads its own. What is there already stays as it is.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, dirname } from 'node:path';

const ENGINES = [
  { name: 'Chromium', packages: ['chromium'], download: 'chromium' },
  { name: 'Firefox', packages: ['firefox-esr'], download: 'firefox' },
  { name: 'WebKit', packages: ['webkit2gtk-driver', 'xvfb'], download: 'webkit' },
];
// Another run of apt may hold the lock for a while.
const APT_OPTIONS = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];

const capture = (command, ...args) => spawnSync(command, args, { encoding: 'utf8' });
const isThere = (command, ...args) => capture(command, ...args).status === 0;

const hasApt = process.platform === 'linux' && isThere('apt-get', '--version');
const isInstalled = (name) => capture('dpkg-query', '-W', '-f', '${db:Status-Status}', name).stdout === 'installed';
// Ubuntu has some of these names for packages that only start a snap, and others not at all.
const isOffered = (name) => {
  const { stdout } = capture('apt-cache', 'policy', name);
  return /Candidate: (?!\(none\))/.test(stdout) && !/Candidate: .*snap/.test(stdout);
};

let failures = 0;
const missing = ENGINES.filter(({ name, packages }) => {
  const here = hasApt && packages.every(isInstalled);
  if (here) console.log(`${name}: installed (${packages.join(', ')})`);
  return !here;
});
if (missing.length > 0) install(missing);
process.exitCode = failures > 0 ? 1 : 0;

function install(engines) {
  if (hasApt) asRoot('apt-get', 'update');
  const packaged = hasApt ? engines.filter(({ packages }) => packages.every(isOffered)) : [];
  const packages = packaged.flatMap((engine) => engine.packages).filter((name) => !isInstalled(name));
  if (packages.length > 0) failures += asRoot('apt-get', 'install', ...APT_OPTIONS, ...packages);
  const downloads = engines.filter((engine) => !packaged.includes(engine)).map(({ download }) => download);
  if (downloads.length > 0) failures += downloadWithPlaywright(downloads);
}

function downloadWithPlaywright(names) {
  const { resolve } = createRequire(import.meta.url);
  const cli = join(dirname(resolve('playwright-core/package.json')), 'cli.js');
  return run(process.execPath, cli, 'install', ...(hasApt ? ['--with-deps'] : []), ...names);
}

function asRoot(...command) {
  if (process.getuid() === 0) return run('env', 'DEBIAN_FRONTEND=noninteractive', ...command);
  return run('sudo', 'env', 'DEBIAN_FRONTEND=noninteractive', ...command);
}

/** Runs a command in sight of whoever started this; 1 when it failed. */
function run(command, ...args) {
  console.log(`> ${[command, ...args].join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(error.message);
  return status === 0 ? 0 : 1;
}
