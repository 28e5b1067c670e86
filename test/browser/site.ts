import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { STAGE_SCRIPT } from './stage';

const ROOT = resolve(__dirname, '../..');

/** The ways in which a page gets the library, by the file that it loads. */
export type Load = 'index.umd.js' | 'index.umd.min.js' | 'index.browser.js';

const LIBRARY = '/dist/';
const MITT = '/mitt.mjs';
const PAGE = '/page/';

/** A web site on loopback: pages that load the built library, and what they load. */
export class Site {
  readonly #server: Server;

  static async start(): Promise<Site> {
    const site = new Site();
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  private constructor() {
    this.#server = createServer(({ url = '/' }, response) => void answer(url, response));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The page that loads this file. */
  page(load: Load): string {
    return `${this.url}${PAGE}${load}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  if (path === MITT) return send(response, 'text/javascript', await script('node_modules/mitt/dist/mitt.mjs'));
  if (path.startsWith(LIBRARY)) return send(response, 'text/javascript', await script(path));
  if (path.startsWith(PAGE)) return send(response, 'text/html', pageOf(path.slice(PAGE.length)));
  send(response, 'text/html', '<!doctype html><title>Elsewhere</title>');
}

function send(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
}

/** A file of the project, or a script that tells the page that there is none. */
async function script(path: string): Promise<Buffer | string> {
  try {
    return await readFile(join(ROOT, path));
  } catch {
    return `throw new Error(${JSON.stringify(`${path} is not there: npm run build makes dist`)})`;
  }
}

function pageOf(load: string): string {
  const stage = `<script>${STAGE_SCRIPT}</script>`;
  return `<!doctype html><title>${load}</title>${stage}${load.includes('umd') ? byScript(load) : byModule(load)}`;
}

function byScript(file: string): string {
  return `<script src="${LIBRARY}${file}"></script>`;
}

/** The ES module leaves its dependency to whoever loads it, which without a bundler is an import map. */
function byModule(file: string): string {
  const importMap = { imports: { mitt: MITT, 'schematic-datastream-ws': LIBRARY + file } };
  return `<script type="importmap">${JSON.stringify(importMap)}</script>
    <script type="module">
      import * as library from 'schematic-datastream-ws';
      globalThis.SchematicDatastream = library;
    </script>`;
}
