// Installs what the fault tests break connections with: web servers and proxies, and the kernel's network tools. On Debian
// and its kin these are packages; elsewhere this says what to install. What is there already stays as it is, and nothing
// that is installed here is left running: the tests start their own, on ports of their own.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Commands and the packages that they come in; `service` is what Debian would start with the machine. */
const PROGRAMS = [
  { command: 'nginx', name: 'nginx', service: 'nginx' },
  { command: 'haproxy', name: 'haproxy', service: 'haproxy' },
  { command: 'tinyproxy', name: 'tinyproxy', service: 'tinyproxy' },
  { command: 'openssl', name: 'openssl' },
  { command: 'nft', name: 'nftables', service: 'nftables', system: 'linux' },
  { command: 'ip', name: 'iproute2', system: 'linux' },
];
// Another run of apt may hold the lock for a while.
const APT_OPTIONS = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
// Debian asks this program before it starts a service that it has installed; 101 forbids it.
const POLICY = '/usr/sbin/policy-rc.d';
const FORBID = `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`;

// Not every user has the folders of the system's programs on the PATH.
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
const isHere = ({ command }) => FOLDERS.some((folder) => isExecutable(join(folder, command)));

const wanted = PROGRAMS.filter(({ system }) => !system || system === process.platform);
for (const { command } of wanted.filter(isHere)) console.log(`${command}: installed`);
const missing = wanted.filter((program) => !isHere(program));
if (missing.length > 0) {
  if (hasApt()) install(missing);
  else explain(missing);
}

function install(programs) {
  const mayStart = !existsSync(POLICY);
  if (mayStart) asRoot('sh', '-c', FORBID);
  try {
    asRoot('apt-get', 'update');
    asRoot('apt-get', 'install', ...APT_OPTIONS, ...programs.map(({ name }) => name));
  } finally {
    if (mayStart) asRoot('rm', POLICY);
  }
  // Nor with the next start of the machine.
  for (const { service } of programs) {
    if (service && existsSync(`/etc/init.d/${service}`)) asRoot('update-rc.d', service, 'disable');
  }
  const absent = programs.filter((program) => !isHere(program));
  if (absent.length > 0) explain(absent);
}

function explain(programs) {
  const names = programs.map(({ name }) => name).join(', ');
  console.error(`Please install ${names}: there is no apt-get here that could. The tests skip what needs them.`);
  process.exitCode = 1;
}

function hasApt() {
  return process.platform === 'linux' && isHere({ command: 'apt-get' });
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs a command as root, in sight of whoever started this. */
function asRoot(...command) {
  const sudo = process.getuid() === 0 ? [] : ['sudo'];
  const [program, ...args] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  console.log(`> ${[...sudo, ...command].join(' ')}`);
  const { status, error } = spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(error.message);
  if (status !== 0) process.exitCode = 1;
}
