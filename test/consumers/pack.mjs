import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm } from './command.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Makes of the built library the tarball that a registry would get, in the folder `place`, and gives its path. */
export async function pack(place) {
  if (!existsSync(join(ROOT, 'dist/index.js'))) throw new Error('There is nothing to pack: run `npm run build` first');
  await npm(['pack', '--silent', '--pack-destination', place], { cwd: ROOT });
  const [file] = readdirSync(place).filter((name) => name.endsWith('.tgz'));
  return join(place, file);
}
