import type { DatastreamOptions } from '../src';
import { fakeClient, settled } from './support/fake-client';

function pageClient(options: Partial<DatastreamOptions> = {}) {
  const world = fakeClient(options, { page: true, pings: false, pauses: false });
  const { page } = world.platform;
  if (!page) throw new Error('There is no page');
  return { ...world, page };
}

describe('offline', () => {
  test('stops the wait, and leaves no timer', () => {
    const { client, platform, page, clock } = pageClient();
    client.start();
    platform.socket.drop();
    page.goOffline();
    expect(client.state).toMatchObject({ status: 'waiting', attempt: 2, paused: 'offline' });
    expect(clock.timers).toBe(0);
  });

  test('dials at once when the network is back, with the same attempt', () => {
    const { client, platform, page } = pageClient();
    client.start();
    platform.socket.drop();
    page.goOffline();
    page.goOnline();
    expect(client.state).toEqual({ status: 'connecting', attempt: 2 });
    expect(platform.sockets).toHaveLength(2);
  });

  test('does not count dials that fail meanwhile', () => {
    const { client, platform, page, codes } = pageClient({ maxReconnectAttempts: 3 });
    client.start();
    for (let flap = 0; flap < 20; flap++) {
      page.goOffline();
      platform.socket.drop();
      page.goOnline();
    }
    expect(client.state).toEqual({ status: 'connecting', attempt: 1 });
    expect(codes()).toEqual(Array(20).fill('CONNECT_FAILED'));
  });

  test('leaves an open socket alone until it fails, and then waits for the network', () => {
    const { client, platform, page, connect, clock } = pageClient();
    connect();
    clock.advance(20_000);
    page.goOffline();
    expect(client.isReady()).toBe(true);
    platform.socket.drop();
    expect(client.state).toMatchObject({ status: 'waiting', attempt: 1, paused: 'offline' });
  });

  test('does not keep a start of the user from dialling', () => {
    const { client, platform, page } = pageClient();
    page.isOnline = false;
    client.start();
    platform.socket.accept();
    expect(client.isReady()).toBe(true);
  });

  test('does not keep a reconnect of the user from dialling', () => {
    const { client, platform, page } = pageClient();
    client.start();
    platform.socket.drop();
    page.goOffline();
    client.reconnect();
    expect(platform.sockets).toHaveLength(2);
  });

  test('does not open what the user has closed', () => {
    const { client, platform, page } = pageClient();
    client.start();
    void client.close();
    page.goOffline();
    page.goOnline();
    page.putAway();
    page.restore();
    page.show();
    expect([client.state, platform.sockets.length]).toEqual([{ status: 'closed' }, 1]);
  });

  test('still ends the client when its key is rejected', () => {
    const { client, platform, page, connect } = pageClient();
    connect();
    page.isOnline = false;
    platform.socket.drop(4001);
    expect(client.state).toMatchObject({ status: 'closed', error: { code: 'UNAUTHORIZED' } });
  });
});

describe('a page that is put away', () => {
  test('closes its connection, and waits without a timer of its own', () => {
    const { client, platform, page, connect, clock } = pageClient();
    connect();
    page.putAway();
    expect(client.state).toMatchObject({ status: 'waiting', paused: 'offline', error: { code: 'CONNECTION_CLOSED' } });
    expect(platform.liveSockets).toEqual([]);
    clock.advance(80);
    expect(clock.timers).toBe(0);
  });

  test('dials at once when it is shown again', () => {
    const { client, platform, page, connect } = pageClient();
    connect();
    page.putAway();
    page.restore();
    platform.socket.accept();
    expect([client.isReady(), platform.sockets.length]).toEqual([true, 2]);
  });

  test('finds a connection that has died meanwhile, though nobody told that it was put away', () => {
    const { client, page, connect, clock } = pageClient();
    connect();
    clock.jump(60_000);
    page.restore();
    expect(client.state).toMatchObject({ status: 'waiting', error: { code: 'PONG_TIMEOUT' } });
  });

  test('never exhausts its attempts by going back and forth', () => {
    const { client, platform, page, connect } = pageClient({ maxReconnectAttempts: 2 });
    connect();
    for (let visit = 0; visit < 10; visit++) {
      page.putAway();
      page.restore();
      platform.socket.accept();
    }
    expect(client.isReady()).toBe(true);
  });
});

describe('a page that is looked at again', () => {
  test('replaces a connection that was silent for longer than the interval, where it cannot ask', () => {
    const { client, page, connect, clock, codes } = pageClient();
    connect();
    page.hide();
    clock.jump(54_001);
    page.show();
    expect([client.state.status, codes()]).toEqual(['waiting', ['PONG_TIMEOUT']]);
  });

  test('asks, where it can, and stays when an answer comes', async () => {
    const { client, page, connect, clock, platform } = pageClient({ heartbeat: { message: () => 'beat' } });
    connect();
    page.hide();
    clock.jump(54_001);
    page.show();
    expect(platform.socket.sent).toEqual(['"beat"']);
    platform.socket.deliver('1');
    clock.advance(10_000);
    await settled();
    expect(client.isReady()).toBe(true);
  });

  test('keeps a connection that was heard a moment ago', () => {
    const { client, page, connect, clock } = pageClient();
    connect();
    clock.advance(30_000);
    page.show();
    expect(client.isReady()).toBe(true);
  });

  test('dials when the time of a wait has passed unnoticed', () => {
    const { client, platform, page, clock } = pageClient();
    client.start();
    platform.socket.drop();
    page.show();
    expect(platform.sockets).toHaveLength(1);
    clock.jump(3_000);
    page.show();
    expect(platform.sockets).toHaveLength(2);
  });

  test('dials when the network came back unnoticed', () => {
    const { client, platform, page } = pageClient();
    client.start();
    platform.socket.drop();
    page.goOffline();
    page.show();
    expect(platform.sockets).toHaveLength(1);
    page.isOnline = true;
    page.show();
    expect(platform.sockets).toHaveLength(2);
  });
});

test('the network coming back does not cut a wait that the server may have asked for', () => {
  const { platform, page, client } = pageClient();
  client.start();
  platform.socket.refuse(503, '60');
  page.goOnline();
  expect([client.state, platform.sockets.length]).toMatchObject([{ status: 'waiting', delay: 60_000 }, 1]);
});

test('putting a page away tells of its connection like any other loss', () => {
  const { client, page, connect, errors } = pageClient();
  connect();
  page.putAway();
  expect(errors).toEqual([client.state.status === 'waiting' && client.state.error]);
});

test('putting away a stable connection starts a new count, with its first wait', () => {
  const { client, platform, page, clock } = pageClient();
  client.start();
  platform.socket.drop();
  clock.advance(3_000);
  platform.socket.accept();
  clock.advance(10_000);
  page.putAway();
  page.restore();
  platform.socket.drop();
  expect(client.state).toMatchObject({ status: 'waiting', attempt: 2, delay: 3_000 });
});

test('nobody watches the page before the start and after the close', () => {
  const { client, page, connect } = pageClient();
  expect(page.watchers).toBe(0);
  connect();
  client.reconnect();
  expect(page.watchers).toBe(1);
  void client.close();
  expect(page.watchers).toBe(0);
});

test('a page that is put away is why a connection was lost', () => {
  const { connect, platform, errors } = fakeClient({}, { page: true });
  connect();
  platform.page?.putAway();
  expect(errors).toMatchObject([{ code: 'CONNECTION_CLOSED', message: 'Page put away' }]);
});
