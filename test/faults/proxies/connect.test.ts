import { inspect } from 'node:util';
import { HttpProxyAgent as PlainTunnel, HttpsProxyAgent as SecureTunnel } from 'hpagent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import type { DatastreamOptions } from '../../../src';
import { createCertificates, type Certificates } from '../../support/certificates';
import { useKept } from '../../support/kept';
import { LONG_DELAY, useLoopback } from '../../support/loopback';
import { MARKER_KEY } from '../../support/marker';
import { allOf, NumberedMessages } from '../../support/numbered-messages';
import { Tinyproxy } from '../../support/proxies/tinyproxy';
import { describeWhere, program } from '../../support/requirement';
import { journalOf, next } from '../../support/watch';

jest.setTimeout(30_000);

type Options = Partial<DatastreamOptions<unknown>>;
type TunnelAgent = (proxy: string, isSecure: boolean) => object;

const MESSAGES = 100;
const PASSWORD = 'password-of-the-proxy';
const USER = { name: 'user', password: PASSWORD };

// The one replays what the proxy answered, the other throws.
const REFUSED = { 'https-proxy-agent': 'UPGRADE_REFUSED', hpagent: 'CONNECT_FAILED' };

const AGENTS: [name: keyof typeof REFUSED, agent: TunnelAgent][] = [
  ['https-proxy-agent', (proxy) => new HttpsProxyAgent(proxy)],
  ['hpagent', (proxy, isSecure) => (isSecure ? new SecureTunnel({ proxy }) : new PlainTunnel({ proxy }))],
];

describeWhere([program('tinyproxy')], 'through an HTTP CONNECT proxy', () => {
  const loopback = useLoopback();
  const keep = useKept();
  let certificates: Certificates;
  beforeAll(() => {
    certificates = createCertificates();
  });

  describe.each(AGENTS)('with %s', (name, createAgent) => {
    /** A client that counts what comes through the tunnel. */
    async function follow(proxy: Tinyproxy, options: Options = {}) {
      const server = await loopback.datastream();
      const messages = new NumberedMessages();
      const agent = createAgent(proxy.url, false);
      const client = await loopback.readyClient(server, { messageHandler: messages.handler, agent, ...options });
      const [states, errors] = [journalOf(client, 'state'), journalOf(client, 'error')];
      return { server, client, messages, states, errors, connection: await server.connection() };
    }

    /** Why the one dial of a client failed. */
    async function failure(server: { url: string }, proxy: string, options: Options = {}) {
      const agent = createAgent(proxy, server.url.startsWith('https:'));
      const client = loopback.client(server, { agent, maxReconnectAttempts: 1, ...options });
      const error = next(client, 'error');
      client.start();
      return error;
    }

    test.each(['ws', 'wss'])('follows a %s: stream, messages both ways, a close with 1000', async (scheme) => {
      const isSecure = scheme === 'wss';
      const proxy = await keep(Tinyproxy.start());
      const server = await loopback.datastream({
        tls: isSecure ? certificates.server : undefined,
        flags: [{ key: 'beta' }],
      });
      const client = await loopback.readyClient(server, {
        agent: createAgent(proxy.url, isSecure),
        tls: isSecure ? { ca: certificates.authority.cert } : undefined,
      });
      const flags = next(client, 'message');
      await client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } });
      const connection = await server.connection();
      expect([client.url.split(':')[0], connection.apiKey, await flags]).toEqual([
        scheme,
        MARKER_KEY,
        expect.objectContaining({ data: [{ key: 'beta' }] }),
      ]);
      await client.close();
      expect(await connection.closed).toEqual({ code: 1000, reason: '' });
      expect(proxy.log()).toContain(`CONNECT 127.0.0.1:${server.port} `);
    });

    test.each<[what: string, server: keyof Certificates, isTrusted: boolean, code: string]>([
      ['an authority that nobody trusts', 'server', false, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      ['a certificate for another host', 'elsewhere', true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
      ['a certificate that has expired', 'expired', true, 'CERT_HAS_EXPIRED'],
    ])('refuses %s with TLS_FAILED, and sends nothing', async (_what, certificate, isTrusted, code) => {
      const proxy = await keep(Tinyproxy.start());
      const server = await loopback.datastream({ tls: certificates[certificate] });
      const error = await failure(server, proxy.url, isTrusted ? { tls: { ca: certificates.authority.cert } } : {});
      expect(error).toMatchObject({ code: 'TLS_FAILED', message: expect.stringContaining(code) as string });
      expect(server.upgrades).toEqual([]);
    });

    test('opens a proxy that wants credentials with those of the agent', async () => {
      const proxy = await keep(Tinyproxy.start({ user: USER }));
      const server = await loopback.datastream();
      const agent = createAgent(`http://${USER.name}:${PASSWORD}@127.0.0.1:${proxy.port}`, false);
      await expect(loopback.readyClient(server, { agent })).resolves.toMatchObject({
        url: expect.any(String) as string,
      });
    });

    // What tinyproxy answers to those who give no credentials, and to those who give wrong ones.
    test.each([
      ['ws', 407, ''],
      ['wss', 407, ''],
      ['ws', 401, `user:wrong-${PASSWORD}@`],
      ['wss', 401, `user:wrong-${PASSWORD}@`],
    ])(
      'takes a refusal of the proxy for its own, not for one of the key (%s, %d)',
      async (scheme, status, credentials) => {
        const proxy = await keep(Tinyproxy.start({ user: USER }));
        const server = await loopback.datastream({ tls: scheme === 'wss' ? certificates.server : undefined });
        const error = await failure(server, `http://${credentials}127.0.0.1:${proxy.port}`, {
          maxReconnectAttempts: 2,
        });
        expect([error.code, error.retryable]).toEqual([REFUSED[name], true]);
        expect(error.message).toContain(String(status));
        expect([server.upgrades, inspect(error, { depth: 9 }).includes(PASSWORD)]).toEqual([[], false]);
      },
    );

    test.each(['ws', 'wss'])(
      'takes a 401 of the server for one of the key, through the tunnel of a %s: stream',
      async (scheme) => {
        const proxy = await keep(Tinyproxy.start());
        const tls = scheme === 'wss' ? certificates.server : undefined;
        const server = await loopback.datastream({ tls, apiKeys: ['another'] });
        const error = await failure(server, proxy.url, tls ? { tls: { ca: certificates.authority.cert } } : {});
        expect(error).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401, retryable: false });
      },
    );

    test('names the proxy when nothing listens there', async () => {
      const [server, proxy] = [await loopback.datastream(), await loopback.nowhere()];
      const error = await failure(server, proxy.url);
      expect(error).toMatchObject({ code: 'CONNECT_FAILED' });
      expect(error.message).toContain(`ECONNREFUSED ${new URL(proxy.url).host}`);
    });

    test('retries when the proxy does not reach the server', async () => {
      const proxy = await keep(Tinyproxy.start());
      const server = await loopback.datastream();
      await server.stop();
      const error = await failure(server, proxy.url, { maxReconnectAttempts: 2 });
      expect(error.retryable).toBe(true);
      expect(error.message).toContain('500');
    });

    test('comes back when the proxy dies in the middle of a connection and returns', async () => {
      const proxy = await keep(Tinyproxy.start());
      const settings = { maxReconnectAttempts: Infinity };
      const { server, client, messages, errors, connection } = await follow(proxy, settings);
      const isBack = next(client, 'ready');
      await messages.send(connection, MESSAGES);
      await proxy.kill();
      // The loss itself, and a dial to a port on which nothing listens.
      await errors.at(1);
      await proxy.restart();
      await isBack;
      await messages.send(await server.connection(1), MESSAGES);
      messages.record(`tinyproxy: killed (${name})`, client);
      expect(errors.all.slice(0, 2).map(({ code }) => code)).toEqual(['CONNECTION_CLOSED', 'CONNECT_FAILED']);
      expect(messages.count()).toEqual(allOf(2 * MESSAGES));
    });

    test('gives a proxy up that never answers, after connectTimeout', async () => {
      const [server, proxy] = [await loopback.datastream(), await loopback.tcp()];
      const error = await failure(server, proxy.url, { connectTimeout: 100 });
      expect(error).toMatchObject({ code: 'CONNECT_TIMEOUT', retryable: true });
    });

    test('a burst of 10 000 messages arrives whole and in order', async () => {
      const { client, messages, connection } = await follow(await keep(Tinyproxy.start()));
      await messages.send(connection, 10_000);
      messages.record(`tinyproxy: burst of 10 000 (${name})`, client);
      expect(messages.count()).toEqual(allOf(10_000));
    });
  });

  // Neither agent ends its dial to the proxy when the client gives up; this one can be told to do so by itself.
  test('leaves no socket at a proxy that never answers, with the timeout of hpagent', async () => {
    const [server, proxy] = [await loopback.datastream(), await loopback.tcp()];
    const agent = new PlainTunnel({ proxy: proxy.url, timeout: 100 });
    const client = loopback.client(server, { agent, ...LONG_DELAY });
    const waiting = next(client, 'waiting');
    client.start();
    await (
      await proxy.peers.at(0)
    ).closed;
    expect((await waiting).error).toMatchObject({ code: 'CONNECT_FAILED' });
  });

  describe('that cuts idle tunnels', () => {
    const IDLE_TIMEOUT = 2_000;
    const agentFor = (proxy: Tinyproxy) => new HttpsProxyAgent(proxy.url);

    async function follow(pingInterval: number) {
      const proxy = await keep(Tinyproxy.start({ idleTimeout: IDLE_TIMEOUT / 1_000 }));
      const server = await loopback.datastream();
      const client = await loopback.readyClient(server, { agent: agentFor(proxy), pingInterval });
      return { server, client, connection: await server.connection() };
    }

    test('pings keep the connection', async () => {
      const { client, connection } = await follow(IDLE_TIMEOUT / 4);
      const states = journalOf(client, 'state');
      for (let pings = 0; pings < 9; pings += 1) await connection.nextPing();
      expect(states.all).toEqual([]);
    });

    test('without pings the client comes back', async () => {
      const { client } = await follow(50_000);
      const [errors, isBack] = [journalOf(client, 'error'), next(client, 'ready')];
      await isBack;
      expect(errors.all).toEqual([expect.objectContaining({ code: 'CONNECTION_CLOSED', retryable: true })]);
    });
  });
});
