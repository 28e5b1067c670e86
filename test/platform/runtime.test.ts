import type { SocketRequest } from '../../src';
import { platform } from '../../src/platform/runtime';

const REQUEST: SocketRequest = { url: 'ws://x.test/', protocols: ['p'], headers: { 'X-Key': 'k' }, compression: false };
const LISTENER = { opened: () => 0, received: () => 0, ponged: () => 0, ended: () => 0 };

/** Puts a WebSocket into the world that keeps what it is called with. */
function withWebSocket(construct: (url: string, offer: unknown) => void) {
  const calls: [string, unknown][] = [];
  const WebSocket = function (url: string, offer: unknown) {
    construct(url, offer);
    calls.push([url, offer]);
  };
  jest.replaceProperty(globalThis, 'WebSocket', WebSocket as unknown as typeof globalThis.WebSocket);
  return calls;
}

beforeAll(() => {
  // Node 20 has none, and only what is there can be replaced.
  Object.defineProperty(globalThis, 'WebSocket', { configurable: true, writable: true, value: undefined });
});
afterAll(() => Reflect.deleteProperty(globalThis, 'WebSocket'));
afterEach(() => jest.restoreAllMocks());

const refuseNoUrl = (url: string) => {
  if (url === 'http://[') throw new SyntaxError('Invalid URL');
};

test('a WebSocket that reads headers is given them, and its subprotocols beside', () => {
  const calls = withWebSocket((url, offer) => {
    expect(offer).toHaveProperty('headers', expect.anything()); // which reads it
    refuseNoUrl(url);
  });
  expect(platform.sendsHeaders).toBe(true);
  platform.open(REQUEST, LISTENER);
  expect(calls).toEqual([['ws://x.test/', { headers: { 'X-Key': 'k' }, protocols: ['p'] }]]);
});

test('a WebSocket as in a browser is given subprotocols alone', () => {
  const calls = withWebSocket(refuseNoUrl);
  expect(platform.sendsHeaders).toBe(false);
  platform.open(REQUEST, LISTENER);
  expect(calls).toEqual([['ws://x.test/', ['p']]]);
});

test('a runtime without a WebSocket sends no headers, and says what it lacks when it is to dial', () => {
  jest.replaceProperty(globalThis, 'WebSocket', undefined as never);
  expect(platform.sendsHeaders).toBe(false);
  expect(() => platform.open(REQUEST, LISTENER)).toThrow('This runtime has no WebSocket');
});
