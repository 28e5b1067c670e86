import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { following } from './datastream.mjs';

// How it would be imported, what its own code could not hide, and what the stub says that it has for browsers.
const WS = /isomorphic-ws|permessage-deflate|Sec-WebSocket|ws does not work in the browser/i;
// A string of `subprotocolAuth` and a method of the store, neither of which the page imports.
const UNUSED = ['base64url.bearer.', 'peekCompany'];
// A machine that is busy with other tests takes its time, but not as long as any timer of the client.
const EXIT_PATIENCE = 2_000;

/**
 * @typedef {object} Check
 * @property {string} column of the table
 * @property {string} name
 * @property {string} [where] what stands in the table, instead of "yes"; nothing for a control
 * @property {(context: { folder: import('./folder.mjs').Folder, chromium: import('./chromium.mjs').Chromium, site?: { url: string }, row: object }) => unknown} run
 *   gives a note for the report
 */

const traceOfWs = (text) => WS.exec(text)?.[0];

/** @returns {Check} */
export const noWs = (...files) => ({
  column: 'no ws',
  name: `no ws in ${files.join(', ')}`,
  run: ({ folder }) => {
    for (const file of files) assert.equal(traceOfWs(folder.read(file)), undefined, `${file} has a trace of ws`);
  },
});

/** What a runtime finds under the name of the package. @returns {Check} */
export const resolvesWithoutWs = ([program, ...args], options) => ({
  column: 'no ws',
  name: `no ws in what ${program} resolves the package to`,
  run: async ({ folder }) => {
    const script = "console.log(import.meta.resolve('schematic-datastream-ws'))";
    const { stdout } = await folder.run(program, [...args, script], options);
    const file = new URL(stdout.trim());
    assert.equal(traceOfWs(readFileSync(file, 'utf8')), undefined, `${file.href} has a trace of ws`);
    return basename(file.pathname);
  },
});

/** The positive control of `noWs`: something that was built the same way, and has ws. @returns {Check} */
export const findsWs = (file) => ({
  column: 'no ws',
  where: '',
  name: `control: ws is found in ${file}`,
  run: ({ folder }) => assert.notEqual(traceOfWs(folder.read(file)), undefined, `${file} has no trace of ws`),
});

/** @returns {Check} */
export const shakes = (file) => ({
  column: 'tree-shakes',
  name: `${file} is without the exports that it does not import`,
  run: ({ folder }) =>
    assert.deepEqual(UNUSED.filter(isIn(folder.read(file))), [], `${file} has what it does not import`),
});

/** The positive control of `shakes`: a page that imports the export has it. @returns {Check} */
export const keeps = (file) => ({
  column: 'tree-shakes',
  where: '',
  name: `control: ${file} has the export that it imports`,
  run: ({ folder }) =>
    assert.deepEqual(UNUSED.filter(isIn(folder.read(file))), UNUSED, `${file} lacks what it imports`),
});

const isIn = (text) => (part) => text.includes(part);

/** A page of the site follows a datastream. @returns {Check} */
export const pageRuns = (path) => ({
  column: 'runs in',
  where: 'Chromium',
  name: `${path || 'its page'} connects, receives and closes in Chromium`,
  run: ({ folder, chromium, site }) =>
    following(folder, (server) => chromium.outcome(`${site.url}/${path}?server=${encodeURIComponent(server)}`), {
      keyIn: 'the query',
    }),
});

/** The site follows a datastream itself, when it is asked to, through a restart of the datastream's server. @returns {Check} */
export const siteRuns = (path, where, keyIn) => ({
  column: 'runs in',
  where,
  name: `${path || 'it'} connects, receives, reconnects and closes in ${where}`,
  run: ({ folder, site }) =>
    following(
      folder,
      async (server) => {
        const response = await globalThis.fetch(`${site.url}/${path}?server=${encodeURIComponent(server)}`);
        const text = await response.text();
        assert.equal(response.status, 200, text.slice(0, 500));
        return JSON.parse(text);
      },
      { rounds: 2, keyIn },
    ),
});

/** A script follows a datastream through a restart of its server, and ends by itself once it has closed. @returns {Check} */
export const scriptRuns = (where, [program, ...args], { keyIn, ...options } = {}) => ({
  column: 'runs in',
  where,
  name: `${args.at(-1)} connects, receives, reconnects, closes and exits by itself in ${where}`,
  run: ({ folder }) =>
    following(
      folder,
      async (server) => {
        const { stdout } = await folder.run(program, [...args, server], { timeout: 30_000, ...options });
        const { closedAt, ...outcome } = JSON.parse(stdout);
        const wait = Date.now() - closedAt;
        assert.ok(wait < EXIT_PATIENCE, `the process took ${wait} ms to exit`);
        return outcome;
      },
      { rounds: 2, keyIn },
    ),
});
