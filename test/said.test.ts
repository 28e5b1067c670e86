import { messageAuth, subprotocolAuth } from '../src';
import { fakeClient, outcome, settled } from './support/fake-client';

// What the client says where nothing else holds it to its words, and where it says nothing.

test('of itself it shows the URL without its query, and its status', () => {
  const { client } = fakeClient({ url: 'wss://example.com/datastream?token=secret' });
  expect(JSON.parse(JSON.stringify(client))).toEqual({ url: 'wss://example.com/datastream', status: 'idle' });
});

test('a message that cannot be sent says how to wait for a connection', async () => {
  const { client } = fakeClient();
  expect(await outcome(client.sendMessage(1))).toMatchObject({ message: 'Cannot send while idle: use whenConnected' });
});

test('a message that cannot be encoded says so, and why', async () => {
  const cause = new Error('no');
  const { client } = fakeClient({
    encode: () => {
      throw cause;
    },
  });
  expect(await outcome(client.sendMessage(1))).toMatchObject({ message: 'Cannot encode the message', cause });
});

test('who waits for a client that is closed hears that it is', async () => {
  const { client } = fakeClient();
  const ready = client.ready();
  client.start();
  void client.close();
  expect(await outcome(ready)).toMatchObject({ code: 'CLIENT_CLOSED', message: 'The client is closed' });
});

test('a page that is put away is why a connection was lost', () => {
  const { connect, platform, errors } = fakeClient({}, { page: true });
  connect();
  platform.page?.putAway();
  expect(errors).toMatchObject([{ code: 'CONNECTION_CLOSED', message: 'Page put away' }]);
});

test('a frame that cannot be read is an error in the log', () => {
  const lines: string[] = [];
  const error = (line: string) => lines.push(line);
  const { connect, platform } = fakeClient({ logger: { debug: Boolean, info: Boolean, warn: Boolean, error } });
  connect();
  platform.socket.deliver('{');
  expect(lines).toEqual(['datastream: MALFORMED_MESSAGE: Cannot decode a frame of 1']);
});

test('nothing is said of a loss after which shouldReconnect has closed the client', () => {
  const shouldReconnect = () => {
    void world.client.close();
    return undefined;
  };
  const world = fakeClient({ shouldReconnect });
  world.connect();
  world.platform.socket.drop();
  expect([world.errors, world.client.state]).toEqual([[], { status: 'closed' }]);
});

test('strategies are called by their names, and write keys in characters of a token', () => {
  const subprotocol = subprotocolAuth({ protocol: 'p' });
  expect([subprotocol.name, messageAuth(String).name]).toEqual(['subprotocol', 'message']);
  expect(subprotocol.authorize('???').protocols).toEqual(['p', 'base64url.bearer.p.Pz8_']);
});

test('a listener that nobody knows is not taken off, and neither is any other', () => {
  const { client, connect } = fakeClient();
  const heard: string[] = [];
  client.on('ready', ({ status }) => heard.push(status));
  client.off('ready', () => undefined);
  connect();
  expect(heard).toEqual(['ready']);
});

describe('a signal', () => {
  test('that is not needed any more has no listener left', () => {
    const { signal } = new AbortController();
    const removed = jest.spyOn(signal, 'removeEventListener');
    const { client } = fakeClient({ signal });
    client.start();
    void client.close();
    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });

  test('closes a client that was closed and started again, too', () => {
    const controller = new AbortController();
    const { client } = fakeClient({ signal: controller.signal });
    client.start();
    void client.close();
    client.start();
    controller.abort();
    expect(client.state).toEqual({ status: 'closed' });
  });
});

test('the ready handler is not run ahead of time when sending what was held back reconnects', async () => {
  let readied = 0;
  const connectionReadyHandler = () => {
    readied++;
  };
  const { client, platform } = fakeClient({ connectionReadyHandler });
  void client.sendMessage('held back', { whenConnected: true });
  client.start();
  jest.spyOn(platform.socket, 'send').mockImplementation(() => client.reconnect());
  platform.socket.accept();
  await settled();
  expect([client.state.status, readied]).toEqual(['connecting', 0]);
});
