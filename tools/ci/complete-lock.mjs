// Adds to package-lock.json the optional platform packages that a partial registry left out of it: `npm ci` refuses a
// lock that lacks one, though it would not install it. Run after an `npm install` against such a registry.
import { readFileSync, writeFileSync } from 'node:fs';

const PLATFORMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const CPUS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

const file = process.argv[2] ?? 'package-lock.json';
const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const isThere = [`${path}/node_modules/${name}`, `node_modules/${name}`].some((place) => place in lock.packages);
    // A range could mean any version; only exact ones can be written down without asking.
    if (isThere || !/^\d+\.\d+\.\d+\S*$/.test(version)) continue;
    const words = name.split(/[/-]/);
    const find = (known) => known.filter((word) => words.some((part) => part === word || part.startsWith(`${word}-`)));
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: find(CPUS),
      ...(parent.dev && { dev: true }),
      ...(words.includes('musl') && { libc: ['musl'] }),
      ...(words.includes('gnu') && words.includes('linux') && { libc: ['glibc'] }),
      optional: true,
      os: find(PLATFORMS),
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} optional packages added`);
