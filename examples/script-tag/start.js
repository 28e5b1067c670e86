// Serves the page, and a datastream for it to follow.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { DatastreamServer } from 'schematic-datastream-ws/testing';

const LIBRARY = '/node_modules/schematic-datastream-ws/dist/index.umd.min.js';
const FILES = { '/': ['index.html', 'text/html'], [LIBRARY]: [LIBRARY.slice(1), 'text/javascript'] };

const datastream = await DatastreamServer.start({
  apiKeys: ['development'],
  flags: [{ key: 'beta', default_value: false }],
});
setInterval(() => {
  const { default_value: isOn } = datastream.flag('beta');
  datastream.setFlag({ key: 'beta', default_value: !isOn });
}, 2_000);

const site = createServer(async ({ url }, response) => {
  const found = FILES[new URL(url, 'http://localhost').pathname];
  if (!found) return response.writeHead(404).end();
  const [file, type] = found;
  response.setHeader('content-type', `${type}; charset=utf-8`);
  response.end(await readFile(new URL(file, import.meta.url)));
});
site.listen(0, '127.0.0.1', () => {
  console.log(`Open http://127.0.0.1:${site.address().port}/?server=${encodeURIComponent(datastream.url)}`);
});
