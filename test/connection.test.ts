import { messageAuth, queryAuth, subprotocolAuth } from '../src';
import { fakeClient, settled } from './support/fake-client';

test('sends the first message before anything else on each connection', async () => {
  const world = fakeClient({
    auth: messageAuth((apiKey) => ({ apiKey })),
    connectionReadyHandler: () => world.client.sendMessage('subscribe'),
  });
  void world.client.sendMessage('waited', { whenConnected: true });
  world.connect();
  expect(world.platform.socket.sent).toEqual(['{"apiKey":"key"}', '"subscribe"', '"waited"']);
  await settled();
  world.platform.socket.drop();
  world.clock.advance(3_000);
  world.platform.socket.accept();
  expect(world.platform.socket.sent[0]).toBe('{"apiKey":"key"}');
});

test.each([
  ['a strategy that throws', messageAuth(raise)],
  ['a first message that cannot be encoded', messageAuth(() => undefined)],
])('%s is a failed attempt that says so', (_, auth) => {
  const { client, platform, codes } = fakeClient({ auth });
  client.start();
  if (platform.sockets.length > 0) platform.socket.accept();
  expect([codes(), client.state.status, platform.liveSockets]).toEqual([['CREDENTIALS_FAILED'], 'waiting', []]);
});

test('a platform that cannot open a socket at all is a failed attempt', () => {
  const world = fakeClient();
  const cause = new Error('no sockets today');
  jest.spyOn(world.platform, 'open').mockImplementation(() => {
    throw cause;
  });
  world.client.start();
  expect(world.errors).toMatchObject([{ code: 'CONNECT_FAILED', cause }]);
  expect([world.client.state.status, world.clock.timers]).toEqual(['waiting', 1]);
});

test.each([
  ['queryAuth', queryAuth(), (request: { url: string }) => request.url.includes('apiKey=key')],
  [
    'subprotocolAuth',
    subprotocolAuth({ protocol: 'p' }),
    (request: { protocols: readonly string[] }) => request.protocols.length === 2,
  ],
])('%s carries the key without a header', (_, auth, carries) => {
  const { client, platform } = fakeClient({ auth });
  client.start();
  expect(carries(platform.socket.request)).toBe(true);
  expect(platform.socket.request.headers).not.toHaveProperty('X-Schematic-Api-Key');
});

test('tells the server why it gave a connection up', () => {
  const { connect, platform, clock } = fakeClient();
  connect();
  const [socket] = platform.sockets;
  clock.advance(60_000);
  expect(socket?.closedWith).toEqual({ code: 4000, reason: 'PONG_TIMEOUT' });
});

test('ends a socket that was not open yet without a handshake', () => {
  const { client, platform } = fakeClient();
  client.start();
  void client.close();
  expect(platform.socket.closedWith).toBeUndefined();
  expect(platform.socket.isLive).toBe(false);
});

test('starts to close such a socket where it cannot be ended by force', () => {
  const { client, platform } = fakeClient({}, { terminates: false });
  client.start();
  void client.close();
  expect(platform.socket.isLive).toBe(false);
});

test('reads on when it closes while paused, so that the answer to the close frame can come', () => {
  const { client, connect, platform } = fakeClient({
    queueSize: 1,
    messageHandler: () => new Promise(() => undefined),
  });
  connect();
  platform.socket.deliver(1);
  platform.socket.deliver(2);
  expect(platform.socket.isPaused).toBe(true);
  void client.close();
  expect(platform.socket.isPaused).toBe(false);
});

test('delivers what comes with the opening', () => {
  const { client, platform, messages } = fakeClient();
  client.start();
  client.on('initializing', () => platform.socket.deliver({ first: true }));
  platform.socket.accept();
  expect(messages).toEqual([{ first: true }]);
});

function raise(): never {
  throw new Error('no');
}
