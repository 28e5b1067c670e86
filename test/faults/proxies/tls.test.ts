import { createCertificates, type Certificates } from '../../support/certificates';
import { useLoopback } from '../../support/loopback';
import { MARKER_KEY } from '../../support/marker';
import { NumberedMessages } from '../../support/numbered-messages';
import { journalOf, next } from '../../support/watch';
import { inEveryProxy } from './in-every-proxy';

const loopback = useLoopback();

inEveryProxy(({ name, start }) => {
  let certificates: Certificates;
  beforeAll(() => {
    certificates = createCertificates();
  });

  test('a client follows a stream whose TLS ends at the proxy: key, messages both ways, pings, a close with 1000', async () => {
    const server = await loopback.datastream({ flags: [{ key: 'beta' }] });
    const proxy = await start({ to: server, tls: certificates.server });
    const client = await loopback.readyClient(proxy, { tls: { ca: certificates.authority.cert }, pingInterval: 20 });
    const connection = await server.connection();
    const flags = next(client, 'message');
    await client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } });
    const message = await flags;
    await connection.nextPing();
    await client.close();
    expect([client.url.slice(0, 4), connection.apiKey, message, await connection.closed]).toEqual([
      'wss:',
      MARKER_KEY,
      expect.objectContaining({ data: [{ key: 'beta' }] }),
      { code: 1000, reason: '' },
    ]);
  });

  describe('TLS_FAILED says what is wrong with', () => {
    const DOUBTS: [what: string, server: keyof Certificates, isTrusted: boolean, says: RegExp][] = [
      ['an authority that nobody trusts', 'server', false, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|unable to verify/],
      ['a certificate for another host', 'elsewhere', true, /ERR_TLS_CERT_ALTNAME_INVALID.*127\.0\.0\.1/],
      ['a certificate that has expired', 'expired', true, /CERT_HAS_EXPIRED.*certificate has expired/],
    ];

    test.each(DOUBTS)('%s, and the server gets nothing', async (_what, certificate, isTrusted, says) => {
      const server = await loopback.datastream();
      const proxy = await start({ to: server, tls: certificates[certificate] });
      const tls = isTrusted ? { ca: certificates.authority.cert } : undefined;
      const client = loopback.client(proxy, { tls, maxReconnectAttempts: 1 });
      const error = next(client, 'error');
      client.start();
      expect(await error).toMatchObject({ code: 'TLS_FAILED', message: expect.stringMatching(says) as string });
      expect(server.upgrades).toEqual([]);
    });
  });

  test('a certificate that is renewed lets the client in by itself', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server, tls: certificates.expired });
    const messages = new NumberedMessages();
    const client = loopback.client(proxy, {
      tls: { ca: certificates.authority.cert },
      maxReconnectAttempts: Infinity,
      messageHandler: messages.handler,
    });
    const [errors, isReady] = [journalOf(client, 'error'), next(client, 'ready')];
    client.start();
    await errors.at(0);
    await proxy.reload({ to: server, tls: certificates.server });
    await isReady;
    await messages.send(await server.connection(), 10);
    messages.record(`${name}: certificate expired, then renewed`, client);
    expect(new Set(errors.all.map(({ code }) => code))).toEqual(new Set(['TLS_FAILED']));
  });

  test('a client outlives a change of certificate, and meets the new one when it dials again', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server, tls: certificates.server });
    const client = await loopback.readyClient(proxy, { tls: { ca: certificates.authority.cert } });
    const [states, error] = [journalOf(client, 'state'), next(client, 'error')];
    await proxy.reload({ to: server, tls: certificates.expired });
    const before = states.length;
    client.reconnect();
    expect([before, await error]).toEqual([0, expect.objectContaining({ code: 'TLS_FAILED' })]);
  });
});
