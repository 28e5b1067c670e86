import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { DatastreamError, DatastreamOptions } from '../../src';
import { createCertificates } from '../support/certificates';
import { LONG_DELAY, useLoopback } from '../support/loopback';
import { MARKER_KEY } from '../support/marker';
import { next } from '../support/watch';

const loopback = useLoopback();
const { authority, server: certificate, client: identity } = createCertificates();
const ca = authority.cert;

/** Why the one dial of a client failed. */
async function failure(server: { url: string }, options: Partial<DatastreamOptions<unknown>> = {}) {
  const client = loopback.client(server, { ...LONG_DELAY, ...options });
  const waiting = next(client, 'waiting');
  client.start();
  return (await waiting).error;
}

const secureServer = () => loopback.datastream({ tls: certificate });

test('trusts a private authority that the user names', async () => {
  const client = await loopback.readyClient(await secureServer(), { tls: { ca } });
  expect(client.url).toMatch(/^wss:/);
});

test('sends the key only inside TLS', async () => {
  const server = await secureServer();
  await loopback.readyClient(server, { tls: { ca } });
  expect((await server.upgrade()).apiKey).toBe(MARKER_KEY);
});

describe('refuses with TLS_FAILED', () => {
  const refused = (code: string): Partial<DatastreamError> => ({
    code: 'TLS_FAILED',
    retryable: true,
    cause: expect.objectContaining({ code }) as Error,
    message: expect.stringContaining(code) as string,
  });

  test('an authority that it does not know', async () => {
    expect(await failure(await secureServer())).toMatchObject(refused('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
  });

  test('a certificate that is for another name', async () => {
    const error = await failure(await secureServer(), { tls: { ca, servername: 'elsewhere.test' } });
    expect(error).toMatchObject(refused('ERR_TLS_CERT_ALTNAME_INVALID'));
  });

  test('an authority that it does not know though the environment turns verification off', async () => {
    const script = `
      const client = create();
      client.on('waiting', ({ error }) => { tell(error.code); client.close(); });
      client.start();
    `;
    // Node reads this variable outside of the sandbox in which tests run, hence the process.
    const child = loopback.child(script, await secureServer(), { NODE_TLS_REJECT_UNAUTHORIZED: '0' });
    expect(await child.lines.at(0)).toBe('TLS_FAILED');
  });

  test('an authority that it does not know behind an agent, too', async () => {
    const error = await failure(await secureServer(), { agent: new Agent() });
    expect(error).toMatchObject(refused('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
  });

  test('a port that does not speak TLS', async () => {
    const { port } = await loopback.datastream();
    expect(await failure({ url: `https://127.0.0.1:${port}` })).toMatchObject({ code: 'TLS_FAILED' });
  });
});

test('says that it cannot connect, not that TLS failed, when nothing listens', async () => {
  const { url } = await loopback.nowhere();
  expect(await failure({ url: url.replace('http', 'https') })).toMatchObject({ code: 'CONNECT_FAILED' });
});

test('does not send the upgrade to a server that it does not trust', async () => {
  const server = await secureServer();
  await failure(server);
  expect(server.upgrades).toEqual([]);
});

test('goes on trying when the certificate is wrong, for it may be replaced', async () => {
  const client = loopback.client(await secureServer(), { maxReconnectAttempts: 3 });
  const closed = next(client, 'closed');
  client.start();
  expect([(await closed).error?.code, client.stats().attempts]).toEqual(['ATTEMPTS_EXHAUSTED', 3]);
});

test('checks the certificate against the name that the user gives', async () => {
  const client = await loopback.readyClient(await secureServer(), { tls: { ca, servername: 'datastream.test' } });
  expect(client.isReady()).toBe(true);
});

test('proves itself with the certificate that the user gives', async () => {
  const https = createServer({ ...certificate, ca, requestCert: true });
  const webSockets = new WebSocketServer({ server: https });
  const subject = new Promise<unknown>((resolve) =>
    webSockets.on('connection', (_socket, { socket }) =>
      resolve(socket instanceof TLSSocket && socket.getPeerCertificate().subject.CN),
    ),
  );
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  const { port } = https.address() as AddressInfo;
  const client = await loopback.readyClient({ url: `https://127.0.0.1:${port}` }, { tls: { ca, ...identity } });
  const name = await subject;
  await client.close();
  webSockets.close();
  await new Promise((resolve) => https.close(resolve));
  expect(name).toBe('client');
});

test('follows a stream over TLS: messages both ways, pings, and a close with 1000', async () => {
  const server = await loopback.datastream({ tls: certificate, flags: [{ key: 'beta' }] });
  const client = await loopback.readyClient(server, { tls: { ca }, pingInterval: 20 });
  const connection = await server.connection();
  const flags = next(client, 'message');
  await client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } });
  const message = await flags;
  await connection.nextPing();
  await client.close();
  expect([message, await connection.closed]).toEqual([
    expect.objectContaining({ data: [{ key: 'beta' }] }),
    { code: 1000, reason: '' },
  ]);
});

test('reconnects over TLS when a deploy closes with 1001', async () => {
  const server = await secureServer();
  const client = await loopback.readyClient(server, { tls: { ca } });
  const ready = next(client, 'ready');
  server.faults.closeAll(1001);
  await expect(ready).resolves.toMatchObject({ status: 'ready' });
});
