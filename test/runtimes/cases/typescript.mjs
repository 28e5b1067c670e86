import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { LOADED, project } from '../loaded.mjs';

const VERSIONS = ['5.4.5', '5.5.4', '5.6.3', '5.7.3', '5.8.3', '5.9.3', '6.0.3', '7.0.2'];
const RESOLUTIONS = ['bundler', 'node16', 'nodenext'];

const tsc = (folder, name, config) => folder.run('node', [`node_modules/${name}/bin/tsc`, '--project', config]);

const compiles = (name, resolution) => ({
  column: LOADED,
  where: resolution,
  name: `every entry compiles under ${resolution}, with ES2022 and no other library, checking ours`,
  run: async ({ folder }) => {
    // The same program as both kinds of module.
    for (const kind of ['mts', 'cts']) copyFileSync(folder.path('consumer.ts'), folder.path(`consumer.${kind}`));
    await tsc(folder, name, `tsconfig.${resolution}.json`);
  },
});

/** The negative control: a compiler that sees no types, or takes them for `any`, has nothing against it. */
const refuses = (name) => ({
  column: LOADED,
  where: '',
  name: 'control: an option that there is not is refused',
  run: ({ folder }) =>
    assert.rejects(tsc(folder, name, 'tsconfig.wrong.json'), /wrong\.ts\(.*'maxRetries' does not exist/),
});

const minorOf = (version) => version.split('.').slice(0, 2).join('.');
const nameOf = (version) => `typescript-${minorOf(version)}`;

/** @type {import('../../consumers/case.mjs').Case} */
export default {
  name: 'typescript',
  packages: {
    ...Object.fromEntries(VERSIONS.map((version) => [nameOf(version), `npm:typescript@${version}`])),
    // The peer that the hooks are for.
    react: '19.3.1',
    '@types/react': '19.3.0',
  },
  projects: [project('typescript')],
  targets: VERSIONS.map((version) => ({
    title: `TypeScript ${minorOf(version)}`,
    package: nameOf(version),
    checks: [...RESOLUTIONS.map((resolution) => compiles(nameOf(version), resolution)), refuses(nameOf(version))],
  })),
};
