import { fakeClient } from './support/fake-client';
import { Marker } from './support/marker';

/** A client whose warnings, of a key that others can read on its way, are counted. */
function warnedClient(url: string) {
  const warnings: string[] = [];
  const marker = new Marker();
  const warn = (line: string) => {
    if (line.includes('unencrypted')) warnings.push(line);
    marker.options.logger.warn(line);
  };
  const world = fakeClient({ ...marker.options, url, logger: { ...marker.options.logger, warn } });
  return { ...world, warnings, marker };
}

test.each([
  'ws://datastream.example.com/datastream',
  'http://api.example.com',
  'ws://10.0.0.1',
  'ws://localhost.example.com',
  'ws://127.0.0.1.example.com',
  'ws://[::2]:8080',
])('a key for %s is warned of', (url) => {
  const { warnings, client } = warnedClient(url);
  expect(warnings).toEqual([expect.stringContaining(client.url)]);
});

test.each([
  'wss://datastream.example.com',
  'https://api.example.com',
  'wss://example.com/datastream?from=ws://example.com',
  'ws://127.0.0.1',
  'http://127.1.2.3:80',
  'ws://localhost:8080',
  'ws://api.localhost',
  'http://[::1]:8080',
])('a key for %s is not warned of', (url) => {
  expect(warnedClient(url).warnings).toEqual([]);
});

test('the warning comes once, however often the client connects, and without the key', () => {
  const { warnings, marker, client, platform, clock } = warnedClient('ws://datastream.example.com?token=none');
  for (let run = 0; run < 3; run += 1) {
    client.start();
    platform.socket.accept();
    platform.socket.drop();
    clock.advance(30_000);
    client.reconnect();
    platform.socket.accept();
    void client.close();
  }
  expect([warnings.length, marker.leaks]).toEqual([1, []]);
});
