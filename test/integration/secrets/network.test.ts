import {
  headerAuth,
  messageAuth,
  queryAuth,
  subprotocolAuth,
  type AuthStrategy,
  type DatastreamClient,
  type DatastreamOptions,
} from '../../../src';
import { createCertificates } from '../../support/certificates';
import { useLoopback } from '../../support/loopback';
import { Marker, MARKER_KEY, showsKey } from '../../support/marker';
import { switchingProtocols, type TcpServer } from '../../support/tcp-server';
import { next, rejection } from '../../support/watch';

const loopback = useLoopback();
const certificates = createCertificates();

const STRATEGIES: [string, AuthStrategy][] = [
  ['headerAuth', headerAuth()],
  ['queryAuth', queryAuth()],
  ['subprotocolAuth', subprotocolAuth({ protocol: 'v1' })],
  ['messageAuth', messageAuth((apiKey) => ({ apiKey }))],
];

/** The key as servers and proxies repeat it: as it came, from a URL, from a form, a subprotocol or a JSON text. */
const REPEATED: [string, string][] = [
  ['as it is', MARKER_KEY],
  ['as a URL has it', encodeURIComponent(MARKER_KEY)],
  ['as a query has it', String(new URLSearchParams({ apiKey: MARKER_KEY }))],
  ['as a subprotocol has it', `base64url.bearer.v1.${Buffer.from(MARKER_KEY).toString('base64url')}`],
  ['as JSON has it', JSON.stringify(MARKER_KEY)],
];

describe.each(STRATEGIES)('with %s the key shows nowhere', (_name, auth) => {
  let marker: Marker;
  let giveConsoleBack: () => void;
  beforeEach(() => {
    marker = new Marker();
    giveConsoleBack = marker.takeConsole();
  });
  afterEach(() => giveConsoleBack());

  /** What shows the key of a client that has been through `story`. */
  async function leaks(
    server: { url: string },
    story: (client: DatastreamClient<unknown>) => Promise<unknown>,
    options: Partial<DatastreamOptions<unknown>> = {},
  ): Promise<string[]> {
    const client = loopback.client(server, { ...marker.options, auth, maxReconnectAttempts: 2, ...options });
    marker.watch(client);
    marker.showClient(client);
    const errors = client.errors();
    marker.show('what the story saw', await story(client));
    await client.close();
    for await (const error of errors) marker.show('errors()', error);
    marker.showClient(client);
    return marker.leaks;
  }

  /** Dials until it gives up. */
  async function endedStory(client: DatastreamClient<unknown>): Promise<unknown> {
    const closed = next(client, 'closed');
    client.start();
    // An answer may be good enough to be ready for a moment.
    const readiness = await client.ready().catch((error: unknown) => error);
    return [readiness, await closed];
  }

  const server = () => loopback.datastream({ messageAuth: true });

  test('but on the wire', async () => {
    const peers = await loopback.webSockets();
    const story = async (client: DatastreamClient<unknown>) => {
      client.start();
      await client.ready();
      await client.sendMessage('last');
    };
    expect(await leaks(peers, story)).toEqual([]);
    const { request, frames } = await peers.peers.at(0);
    await frames.find((frame) => frame === '"last"');
    expect(showsKey(JSON.stringify([request.url, request.headers, frames.all]))).toBe(true);
    expect(marker.searched).toBeGreaterThan(50);
  });

  test.each([401, 403, 429, 500, 302])('when the upgrade is refused with %d', async (status) => {
    const refusing = await server();
    refusing.faults.refuseUpgrades({ status, location: `/elsewhere?apiKey=${encodeURIComponent(MARKER_KEY)}` });
    expect(await leaks(refusing, endedStory)).toEqual([]);
  });

  test('when nothing listens', async () => {
    expect(await leaks(await loopback.nowhere(), endedStory)).toEqual([]);
  });

  test('when the upgrade is not answered', async () => {
    expect(await leaks(await loopback.tcp(), endedStory, { connectTimeout: 20 })).toEqual([]);
  });

  test('when a host does not speak TLS', async () => {
    const { port } = await server();
    expect(await leaks({ url: `https://127.0.0.1:${port}` }, endedStory)).toEqual([]);
  });

  test.each<[string, DatastreamOptions['tls']]>([
    ['by an authority that it does not know', {}],
    ['for another host', { ca: certificates.authority.cert, servername: 'elsewhere.test' }],
  ])('when a certificate is made %s', async (_why, tls) => {
    const secure = await loopback.datastream({ tls: certificates.server });
    expect(await leaks(secure, endedStory, { tls })).toEqual([]);
  });

  test.each<[string, (request: string) => string]>([
    ['the request', (request) => request],
    ['the headers of the request', (request) => request.replace(/^.*/, 'HTTP/1.1 403 Forbidden')],
    ['the request in its status line', (request) => `HTTP/1.1 400 ${request.replaceAll('\r\n', ' ')}\r\n\r\n`],
    ['a protocol that has the key in it', (request) => accepting(request, `Sec-WebSocket-Protocol: ${MARKER_KEY}`)],
    ['an extension that has the key in it', (request) => accepting(request, `Sec-WebSocket-Extensions: ${MARKER_KEY}`)],
    ['a time to wait that has the key in it', () => `HTTP/1.1 503 Busy\r\nRetry-After: ${MARKER_KEY}\r\n\r\n`],
    ['a frame that is none, but the key', (request) => switchingProtocols(request) + MARKER_KEY],
  ])('when the upgrade is answered with %s', async (_what, answer) => {
    const server = await loopback.tcp();
    void answerAll(server, answer);
    expect(await leaks(server, endedStory)).toEqual([]);
  });

  test('when it connects, is lost, connects again and is closed', async () => {
    const peers = await loopback.webSockets();
    const story = async (client: DatastreamClient<unknown>) => {
      client.start();
      await client.ready();
      const ready = next(client, 'ready');
      (await peers.peers.at(0)).socket.close(1012, 'rolling');
      await ready;
      return client.sendMessage(1);
    };
    expect(await leaks(peers, story)).toEqual([]);
  });

  test.each(['terminateAll', 'resetAll'] as const)('when the server does %s', async (fault) => {
    const dropping = await server();
    const story = async (client: DatastreamClient<unknown>) => {
      client.start();
      await client.ready();
      const waiting = next(client, 'waiting');
      dropping.faults[fault]();
      return waiting;
    };
    expect(await leaks(dropping, story)).toEqual([]);
  });

  describe.each([4001, 1008])('when the server closes with %d', (code) => {
    test.each(REPEATED)('and a reason that names the key %s', async (_how, key) => {
      const naming = await server();
      naming.faults.dropAfterAccept({ code, reason: `bad key ${key}` });
      expect(await leaks(naming, endedStory)).toEqual([]);
    });
  });

  describe('when a frame is malformed', () => {
    test.each(REPEATED)('and names the key %s', async (_how, key) => {
      const peers = await loopback.webSockets();
      const story = async (client: DatastreamClient<unknown>) => {
        client.start();
        await client.ready();
        const { socket } = await peers.peers.at(0);
        const errors = client.errors();
        socket.send(`{"error":"bad key ${key}`);
        await errors.next();
        socket.send(Buffer.from(`${key}\xff`, 'latin1'));
        return errors.next();
      };
      expect(await leaks(peers, story)).toEqual([]);
    });
  });

  test('when a message cannot be sent', async () => {
    const story = async (client: DatastreamClient<unknown>) => {
      const circular: Record<string, unknown> = { apiKey: MARKER_KEY };
      circular['self'] = circular;
      const early = await rejection(client.sendMessage({ apiKey: MARKER_KEY }));
      client.start();
      await client.ready();
      const malformed = await rejection(client.sendMessage(circular));
      void client.close();
      return [early, malformed, await rejection(client.sendMessage({ apiKey: MARKER_KEY }, { whenConnected: true }))];
    };
    expect(await leaks(await server(), story)).toEqual([]);
  });
});

/** Accepts an upgrade, with one more header. */
function accepting(request: string, header: string): string {
  return switchingProtocols(request).replace(/\r\n\r\n$/, `\r\n${header}\r\n\r\n`);
}

/** Answers whoever comes with what `answer` makes of the request. */
async function answerAll(server: TcpServer, answer: (request: string) => string): Promise<void> {
  for (let index = 0; ; index += 1) {
    const peer = await server.peers.at(index);
    peer.socket.end(answer(await peer.request));
  }
}
