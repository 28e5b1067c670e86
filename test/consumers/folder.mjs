import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { npm, run, start, startNpm } from './command.mjs';

const PROJECTS = fileURLToPath(new URL('./projects', import.meta.url));
const LIBRARY = 'schematic-datastream-ws';

/** The folder of one consumer: its package.json, its files, and what npm installs there. */
export class Folder {
  #path;

  constructor(path) {
    this.#path = path;
  }

  /** Copies the files of these projects into it, and installs the tarball and the packages. */
  async fill(projects, packages, tarball) {
    for (const project of projects) cpSync(join(PROJECTS, project), this.#path, { recursive: true });
    // An example brings its own; all that changes is where the library comes from.
    const own = existsSync(this.path('package.json'))
      ? JSON.parse(this.read('package.json'))
      : { private: true, type: 'module' };
    const dependencies = { ...own.dependencies, ...packages, [LIBRARY]: `file:${tarball}` };
    const manifest = {
      ...own,
      dependencies,
      // Some of them fetch or place their program in an install script.
      allowScripts: Object.fromEntries(
        Object.keys({ ...dependencies, ...own.devDependencies }).map((name) => [name, true]),
      ),
    };
    writeFileSync(join(this.#path, 'package.json'), JSON.stringify(manifest, null, 2));
    await npm(['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], { cwd: this.#path });
  }

  path(...names) {
    return join(this.#path, ...names);
  }

  /** Runs a program of the packages that are installed here, or `node`. */
  run(program, args, options) {
    return run(this.#program(program), args, this.#with(options));
  }

  /** Starts one that goes on until it is ended. */
  start(program, args, options) {
    return start(this.#program(program), args, this.#with(options));
  }

  /** Runs an npm script of its package.json to its end. */
  npm(args, options) {
    return npm(args, this.#with(options));
  }

  /** Starts one that goes on until it is ended. */
  startNpm(args, options) {
    return startNpm(args, this.#with(options));
  }

  version(name) {
    return JSON.parse(readFileSync(this.path('node_modules', name, 'package.json'), 'utf8')).version;
  }

  /** What Node gets for a specifier that is imported here. */
  import(specifier) {
    return import(pathToFileURL(createRequire(this.path('package.json')).resolve(specifier)).href);
  }

  /** The text of a file, or of all scripts in a folder. */
  read(name) {
    const path = this.path(name);
    if (!existsSync(path)) throw new Error(`${name} was not built`);
    if (!statSync(path).isDirectory()) return readFileSync(path, 'utf8');
    const scripts = readdirSync(path, { recursive: true }).filter((file) => /\.[cm]?js$/.test(file));
    if (scripts.length === 0) throw new Error(`${name} has no script`);
    return scripts.map((file) => readFileSync(join(path, file), 'utf8')).join('\n');
  }

  #program(name) {
    if (name === 'node') return process.execPath;
    return name.includes('/') ? this.path(name) : this.path('node_modules', '.bin', name);
  }

  #with({ env, ...options } = {}) {
    const path = [this.path('node_modules', '.bin'), process.env.PATH].join(delimiter);
    return { cwd: this.#path, ...options, env: { PATH: path, ...env } };
  }
}
