import { DatastreamClient } from '../../src';
import { platform } from '../../src/platform/browser';
import { settled } from '../support/fake-client';

/** A global `WebSocket` as React Native and mocks have them: nobody knows what it has not sent yet, or why it closed. */
class OddWebSocket {
  static last: OddWebSocket;
  readonly sent: unknown[] = [];
  onopen?: () => void;
  onclose?: (event: object) => void;

  constructor() {
    OddWebSocket.last = this;
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    this.onclose?.({ code: 1000, reason: '' });
  }
}

beforeAll(() => {
  // Node 20 has none, and only what is there can be replaced.
  Object.defineProperty(globalThis, 'WebSocket', { configurable: true, writable: true, value: OddWebSocket });
});
let client: DatastreamClient;
afterEach(() => client.close());
afterAll(() => Reflect.deleteProperty(globalThis, 'WebSocket'));

function connect() {
  client = new DatastreamClient({
    url: 'wss://example.com/datastream',
    apiKey: 'key',
    messageHandler: () => undefined,
    platform,
    logger: { debug: Boolean, info: Boolean, warn: Boolean, error: Boolean },
  });
  client.start();
  OddWebSocket.last.onopen?.();
}

test('what it is given to send counts as sent where it does not say what it holds back', async () => {
  connect();
  await client.sendMessage('a');
  expect(OddWebSocket.last.sent).toEqual(['"a"']);
});

test.each([
  [{ code: 1001, reason: null }, 1001],
  [{ code: 1001 }, 1001],
  [{}, 1006],
])('its end with %j is a loss like any other', async (event, closeCode) => {
  connect();
  OddWebSocket.last.onclose?.(event);
  await settled();
  expect(client.state).toMatchObject({
    status: 'waiting',
    error: { code: 'CONNECTION_CLOSED', closeCode, reason: '' },
  });
});
