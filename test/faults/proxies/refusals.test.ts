import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useKept } from '../../support/kept';
import { useLoopback } from '../../support/loopback';
import { journalOf, next, rejection } from '../../support/watch';
import { inEveryProxy } from './in-every-proxy';

const loopback = useLoopback();
const keep = useKept();

/** A server that has no WebSocket to offer, and answers each request alike. */
async function plainServer(status: number) {
  const server = createServer((_request, response) => response.writeHead(status).end('No WebSocket here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return keep(Promise.resolve({ port, stop }));
}

inEveryProxy(({ start }) => {
  test.each([401, 403])('a proxy that answers %d ends the client after one dial', async (status) => {
    const server = await loopback.datastream();
    const client = loopback.client(await start({ to: server, answer: { status } }));
    const errors = journalOf(client, 'error');
    client.start();
    await rejection(client.ready());
    expect([client.stats().attempts, client.state.status]).toEqual([1, 'closed']);
    expect(errors.all).toEqual([
      expect.objectContaining({ code: 'UNAUTHORIZED', httpStatus: status, retryable: false }),
    ]);
  });

  test('a server that answers 401 is heard through the proxy', async () => {
    const server = await loopback.datastream({ apiKeys: ['another'] });
    const client = loopback.client(await start({ to: server }));
    client.start();
    expect(await rejection(client.ready())).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401 });
  });

  test.each([429, 503])('a proxy that answers %d with a Retry-After is left alone for that long', async (status) => {
    const server = await loopback.datastream();
    const client = loopback.client(await start({ to: server, answer: { status, retryAfter: 7 } }));
    const waiting = next(client, 'waiting');
    client.start();
    expect(await waiting).toMatchObject({
      delay: 7_000,
      error: { code: 'UPGRADE_REFUSED', httpStatus: status, retryAfter: 7_000, retryable: true },
    });
  });

  test('a proxy whose Retry-After has passed lets the client in', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server, answer: { status: 429, retryAfter: 1 } });
    const client = loopback.client(proxy);
    const [waiting, isReady] = [next(client, 'waiting'), next(client, 'ready')];
    const startedAt = Date.now();
    client.start();
    await waiting;
    await proxy.reload({ to: server });
    await isReady;
    // A timer may fire a millisecond early by another clock.
    expect((await server.upgrade()).at).toBeGreaterThanOrEqual(startedAt + 1_000 - 5);
  });

  test.each([301, 302, 307, 308])('a redirect with %d is not followed, and its target gets nothing', async (status) => {
    const [server, target] = [await loopback.datastream(), await loopback.tcp()];
    const answer = { status, location: `${target.url}/datastream` };
    const client = loopback.client(await start({ to: server, answer }), { maxReconnectAttempts: 2 });
    const errors = journalOf(client, 'error');
    client.start();
    await rejection(client.ready());
    expect(target.peers.all).toEqual([]);
    expect(errors.all[0]).toMatchObject({
      httpStatus: status,
      message: `The server refused the upgrade with status ${status}; redirects are not followed`,
    });
  });

  // What `ws`, Go and plain web servers answer to a request that has lost its `Upgrade` header.
  test.each([200, 400, 426])(
    'a proxy that does not pass the Upgrade header on is named when the server answers %d',
    async (status) => {
      const server = await plainServer(status);
      const client = loopback.client(await start({ to: server, passesUpgrade: false }), { maxReconnectAttempts: 1 });
      const error = next(client, 'error');
      client.start();
      expect(await error).toMatchObject({
        code: 'UPGRADE_REFUSED',
        httpStatus: status,
        message: `The server refused the upgrade with status ${status}; does a proxy in between pass the Upgrade header on?`,
      });
    },
  );

  test('a real WebSocket server behind a proxy that does not pass the Upgrade header on gets no client', async () => {
    const server = await loopback.webSockets();
    const port = Number(new URL(server.url).port);
    const client = loopback.client(await start({ to: { port }, passesUpgrade: false }), { maxReconnectAttempts: 1 });
    const error = next(client, 'error');
    client.start();
    expect([(await error).message, server.peers.length]).toEqual([
      expect.stringContaining('does a proxy in between pass the Upgrade header on?'),
      0,
    ]);
  });
});
