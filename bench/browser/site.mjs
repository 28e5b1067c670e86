// The page that measures itself, and the library that it loads by script tag.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';

const FILES = {
  '/': { file: 'page.html', type: 'text/html' },
  '/page.js': { file: 'page.js', type: 'text/javascript' },
  '/library.js': { file: '../../dist/index.umd.min.js', type: 'text/javascript' },
};

/** Serves the page on a free port of this machine. */
export async function startSite() {
  const server = createServer(async ({ url }, response) => {
    const found = FILES[new URL(url, 'http://localhost').pathname];
    if (!found) return response.writeHead(404).end();
    response.setHeader('content-type', `${found.type}; charset=utf-8`);
    response.end(await readFile(new URL(found.file, import.meta.url)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}
