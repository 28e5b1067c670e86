import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const HOST = '127.0.0.1';
const SETTINGS_MARK = '{{settings}}';
const SCRIPT = 'text/javascript; charset=utf-8';
const MISBEHAVE = '/misbehave/';
// All there is to serve, by exact path: no request ever becomes the name of a file.
const FILES = {
  '/': ['./page/index.html', 'text/html; charset=utf-8'],
  '/style.css': ['./page/style.css', 'text/css; charset=utf-8'],
  '/page.js': ['./page/page.js', SCRIPT],
  '/columns.js': ['./page/columns.js', SCRIPT],
  '/in-words.js': ['./page/in-words.js', SCRIPT],
  '/live-table.js': ['./page/live-table.js', SCRIPT],
  '/timeline.js': ['./page/timeline.js', SCRIPT],
  '/view.js': ['./page/view.js', SCRIPT],
  '/words.mjs': ['./words.mjs', SCRIPT],
  '/icon.svg': ['./page/icon.svg', 'image/svg+xml'],
  '/index.umd.js': ['../dist/index.umd.js', SCRIPT],
};

/** Serves the page of the demo on a free loopback port, and passes on what its buttons ask for. */
export class PageServer {
  #http = createServer((request, response) => this.#answer(request, response));
  #files;
  #headers;
  #misbehave;

  /**
   * @param settings what the page is told: `url` is where it connects
   * @param {(what: string) => boolean} misbehave returns whether there is such a thing
   */
  static async open(settings, misbehave) {
    const server = new PageServer(await filesWith(settings), settings.url, misbehave);
    server.#http.listen(0, HOST);
    await once(server.#http, 'listening');
    return server;
  }

  constructor(files, url, misbehave) {
    this.#files = files;
    this.#headers = headersFor(url);
    this.#misbehave = misbehave;
  }

  get url() {
    return `${this.#origin}/`;
  }

  async close() {
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }

  get #origin() {
    return `http://${HOST}:${this.#http.address().port}`;
  }

  #answer(request, response) {
    request.resume();
    const { status, type = 'text/plain; charset=utf-8', body = '', allow } = this.#decide(request);
    response.writeHead(status, { ...this.#headers, 'Content-Type': type, ...(allow && { Allow: allow }) });
    response.end(request.method === 'HEAD' ? '' : body);
  }

  #decide({ method, url, headers }) {
    // Another name for this address is how a foreign site would get around the rule of the same origin.
    if (headers.host !== new URL(this.#origin).host) return { status: 421, body: `This is ${this.#origin}\n` };
    const [path] = url.split('?');
    if (path.startsWith(MISBEHAVE)) return this.#decideMisbehaviour(method, path.slice(MISBEHAVE.length), headers);
    const file = this.#files.get(path);
    if (!file) return { status: 404, body: 'Not found\n' };
    return method === 'GET' || method === 'HEAD' ? { status: 200, ...file } : { status: 405, allow: 'GET, HEAD' };
  }

  #decideMisbehaviour(method, what, { origin }) {
    if (method !== 'POST') return { status: 405, allow: 'POST' };
    // Browsers name the origin of every POST, so whatever does not is not the page.
    if (origin !== this.#origin) return { status: 403, body: 'Only for the page of this demo\n' };
    return this.#misbehave(what) ? { status: 202 } : { status: 404, body: 'No such misbehaviour\n' };
  }
}

async function filesWith(settings) {
  const read = async ([path, [name, type]]) => [path, { type, body: await readFile(new URL(name, import.meta.url)) }];
  const files = new Map(await Promise.all(Object.entries(FILES).map(read)));
  const index = files.get('/');
  // By a function, since a text would have its dollar signs replaced.
  files.set('/', { ...index, body: index.body.toString().replace(SETTINGS_MARK, () => attribute(settings)) });
  return files;
}

/** JSON as it stands between the quotes of an attribute. */
function attribute(value) {
  return JSON.stringify(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** Lets the page load what is served here, and talk to here and to the one datastream server. */
function headersFor(url) {
  const policy = [
    `default-src 'self'`,
    `connect-src 'self' ${url.replace(/^http/, 'ws')}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    // The next demo may get the same port.
    'Cache-Control': 'no-store',
  };
}
