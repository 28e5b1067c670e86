import { performance } from 'node:perf_hooks';
import { Folder } from './folder.mjs';

/**
 * Installs a consumer, builds each of its targets and checks what was built.
 *
 * @typedef {object} Case
 * @property {string} name of the row, and for `--only`
 * @property {string} [version] to tell; that of the first package unless given
 * @property {Record<string, string>} [packages] to install beside the library, with their versions
 * @property {string[]} projects whose files are copied into the folder
 * @property {Target[]} targets
 *
 * @typedef {object} Target
 * @property {string} [name] set apart from the other targets of the case by
 * @property {string} [title] the whole name of the row
 * @property {string} [package] whose version is told
 * @property {(folder: Folder) => unknown} [build]
 * @property {(folder: Folder) => Promise<{ url: string, close(): unknown }>} [serve] what the checks visit
 * @property {import('./checks.mjs').Check[]} checks
 */
export async function runCase(consumer, { path, tarball, chromium, report }) {
  const folder = new Folder(path);
  const { name, packages = {}, projects, targets } = consumer;
  const installed = await attempt(() => folder.fill(projects, packages, tarball));
  for (const target of targets) {
    const row = report.row(target.title ?? [name, target.name].filter(Boolean).join(', '));
    if (installed.error) {
      row.failed(target.checks[0].column, 'installs', installed.error);
      continue;
    }
    row.version = consumer.version ?? folder.version(target.package ?? Object.keys(packages)[0]);
    await runTarget(target, { folder, chromium, row });
  }
}

async function runTarget({ build, serve, checks }, { folder, chromium, row }) {
  const startedAt = performance.now();
  let site;
  const skipAll = (why) => checks.forEach(({ column, name }) => row.skipped(column, name, why));
  try {
    if (build && !(await row.check({ column: 'builds', name: 'builds', run: async () => void (await build(folder)) })))
      return skipAll('it was not built');
    const started = await attempt(async () => (site = await serve?.(folder)));
    if (started.error) {
      row.failed(checks.at(-1).column, 'is served', started.error);
      return skipAll('it is not served');
    }
    for (const check of checks) await row.check(check, { folder, chromium, site, row });
  } finally {
    await site?.close();
    row.seconds = (performance.now() - startedAt) / 1_000;
  }
}

async function attempt(task) {
  try {
    await task();
    return {};
  } catch (error) {
    return { error };
  }
}
