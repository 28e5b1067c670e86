import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DatastreamClient, queryAuth, type DatastreamMessage, type DatastreamOptions } from '../../src';
import { Journal } from '../support/journal';

jest.setTimeout(30_000);

const ROOT = resolve(__dirname, '../..');

interface DemoEvent {
  type: string;
  page?: string;
  url?: string;
  status?: string;
  action?: string;
}

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Question {
  method?: string;
  headers?: Record<string, string>;
}

const demo = spawn(process.execPath, ['demo/main.mjs', '--seconds', '0', '--json'], { cwd: ROOT });
const exitCode = once(demo, 'close').then(([code]) => code as number | null);
const events = new Journal<DemoEvent>();
let complaint = '';
let page: string;
let stream: string;

createInterface(demo.stdout).on('line', (line) => events.add(JSON.parse(line) as DemoEvent));
demo.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));

/** Asks for a path exactly as it is written: `fetch` would tidy it up, and name no origin but its own. */
function ask(path: string, { method = 'GET', headers = {} }: Question = {}): Promise<Answer> {
  const { hostname, port } = new URL(page);
  return new Promise((answered, failed) => {
    request({ hostname, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => answered({ status: response.statusCode, headers: response.headers, body }));
    })
      .on('error', failed)
      .end();
  });
}

const press = (what: string, origin = new URL(page).origin) =>
  ask(`/misbehave/${what}`, { method: 'POST', headers: { origin } });

/** What the page is told: where to connect, with which key, and how patient to be. */
async function pageSettings(): Promise<Pick<DatastreamOptions, 'url' | 'apiKey'> & { pace: object }> {
  const [, settings = ''] = /name="demo-settings" content="([^"]*)"/.exec((await ask('/')).body) ?? [];
  return JSON.parse(settings.replaceAll('&quot;', '"')) as Awaited<ReturnType<typeof pageSettings>>;
}

/** Connects as the page does, and follows all companies. */
async function openAsPage(): Promise<{ client: DatastreamClient; messages: Journal<DatastreamMessage> }> {
  const { url, apiKey, pace } = await pageSettings();
  const messages = new Journal<DatastreamMessage>();
  const client = new DatastreamClient({ ...pace, url, apiKey, auth: queryAuth(), messageHandler: messages.add });
  client.start();
  await client.ready();
  await client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Companies' } });
  await messages.first(1);
  return { client, messages };
}

/** The states of the demo's own client, from the event at `start` on. */
const statesSince = (start: number) =>
  events.all.slice(start).flatMap(({ type, status }) => (type === 'state' ? [status] : []));

beforeAll(async () => {
  const start = await events.find(({ type }) => type === 'start');
  page = start.page ?? '';
  stream = start.url ?? '';
  await events.find(({ status }) => status === 'ready');
});

afterAll(() => demo.kill('SIGKILL'));

describe('the page of the demo', () => {
  it('is served at a loopback address that the JSON tells', () => {
    expect(page).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/style.css', 'text/css; charset=utf-8', ':root {'],
    ['/page.js', 'text/javascript; charset=utf-8', 'SchematicDatastream'],
    ['/view.js', 'text/javascript; charset=utf-8', 'drawFreshness'],
    ['/words.mjs', 'text/javascript; charset=utf-8', 'class Words'],
    ['/icon.svg', 'image/svg+xml', '<svg'],
    ['/index.umd.js', 'text/javascript; charset=utf-8', 'global.SchematicDatastream'],
  ])('serves %s as %s', async (path, type, part) => {
    const { status, headers, body } = await ask(path);

    expect([status, headers['content-type']]).toEqual([200, type]);
    expect(body).toContain(part);
  });

  it('may load and reach nothing but this server and the datastream', async () => {
    const { headers } = await ask('/');

    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      `default-src 'self'`,
      `connect-src 'self' ${new URL(stream).origin}`,
      `base-uri 'none'`,
      `form-action 'none'`,
      `frame-ancestors 'none'`,
    ]);
  });

  it('loads the UMD by a script tag, and has neither inline script nor style', async () => {
    const { body } = await ask('/');

    expect(body).toContain('<script src="index.umd.js" defer></script>');
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style|\son[a-z]+=|\sstyle=|javascript:/i);
    expect(body).not.toMatch(/(src|href)="[a-z]*:?\/\//i);
  });

  it('is told where to connect, with a key', async () => {
    expect(await pageSettings()).toMatchObject({ url: `http://${new URL(stream).host}`, apiKey: 'page-key' });
  });

  it('answers HEAD without a body', async () => {
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});

describe('the server of the page', () => {
  it.each([
    '/nothing',
    '/index.html',
    '/dist/index.umd.js',
    '/session.mjs',
    '/../package.json',
    '/../../dist/index.js',
    '/%2e%2e/main.mjs',
    '/..%2fmain.mjs',
    '/page/../../package.json',
    '//127.0.0.1/',
    '/__proto__',
  ])('has no %s', async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: 'Not found\n' });
  });

  it.each([
    ['/', 'POST', 'GET, HEAD'],
    ['/page.js', 'PUT', 'GET, HEAD'],
    ['/misbehave/drop', 'GET', 'POST'],
  ])('answers %s to %s with the methods that are allowed', async (path, method, allowed) => {
    const { status, headers } = await ask(path, { method });

    expect([status, headers.allow]).toEqual([405, allowed]);
  });

  it('answers to no other name, as a foreign site would give this address', async () => {
    expect(await ask('/', { headers: { host: 'evil.example' } })).toMatchObject({ status: 421 });
  });

  it.each([['http://evil.example'], ['null'], ['http://127.0.0.1:1']])(
    'refuses to misbehave for %s',
    async (origin) => {
      expect(await press('drop', origin)).toMatchObject({ status: 403 });
    },
  );

  it('refuses to misbehave for whoever does not say where it comes from', async () => {
    expect(await ask('/misbehave/drop', { method: 'POST' })).toMatchObject({ status: 403 });
  });

  it.each(['explode', '', 'drop/', 'constructor'])('knows no misbehaviour called "%s"', async (what) => {
    expect(await press(what)).toMatchObject({ status: 404 });
  });
});

describe('the buttons of the page', () => {
  it.each([
    ['drop', 'drops'],
    ['restart', 'restarting'],
  ])('make the server %s, which the client of the demo gets over', async (what, action) => {
    const start = events.length;

    const { status } = await press(what);

    await events.until(() => statesSince(start).includes('ready'));
    expect(status).toBe(202);
    expect(events.all.slice(start)).toContainEqual(expect.objectContaining({ type: 'server', action }));
    expect(statesSince(start)[0]).toBe('waiting');
  });

  it('send 10 000 messages to the pages, and a few to the client of the demo', async () => {
    const { client, messages } = await openAsPage();
    const start = events.length;

    const { status } = await press('burst');

    await messages.first(10_000);
    await client.close();
    const told = events.all.slice(start).filter(({ type }) => type === 'update');
    expect(status).toBe(202);
    expect(told.length).toBeLessThan(100);
  });

  it('end the client of a page by rejecting its key, and no other', async () => {
    const { client } = await openAsPage();
    const start = events.length;
    const ended = new Promise((resolve) => client.once('closed', resolve));
    // Expected here, and otherwise reported to the console.
    client.on('error', () => undefined);

    const { status } = await press('bad-key');

    expect(await ended).toMatchObject({ error: { code: 'UNAUTHORIZED', closeCode: 4001 } });
    expect([status, statesSince(start)]).toEqual([202, []]);
  });

  it('make the server refuse the client of the demo, until it is over', async () => {
    const start = events.length;

    const { status } = await press('refuse');

    await events.until(() => statesSince(start).includes('ready'));
    expect(status).toBe(202);
    expect(events.all.slice(start)).toContainEqual(expect.objectContaining({ type: 'error', code: 'UPGRADE_REFUSED' }));
  });

  it('make the server fall silent', async () => {
    expect(await press('silence')).toMatchObject({ status: 202 });
  });
});

describe('the end', () => {
  it('comes at once, though the server misbehaves and a page is open', async () => {
    const { hostname, port } = new URL(page);
    const open = request({ hostname, port, path: '/', agent: false, headers: { connection: 'keep-alive' } });
    open.on('error', () => undefined).end();
    await once(open, 'response');

    demo.kill('SIGINT');

    expect([await exitCode, complaint]).toEqual([0, '']);
    expect(events.all.at(-1)).toMatchObject({ type: 'summary', ended: 'interrupted', ok: true });
  });
});
