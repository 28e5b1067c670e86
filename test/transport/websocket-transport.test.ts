import { FakePlatform, type FakePlatformOptions } from '../../src/testing/fakes';
import type { TransportListener } from '../../src/transport/transport';
import { openTransport } from '../../src/transport/websocket-transport';
import { outcome } from '../support/fake-client';

const REQUEST = { url: 'wss://x.com/datastream', protocols: [], headers: {}, compression: false };

function dialled(world: FakePlatformOptions = {}) {
  const platform = new FakePlatform(world);
  const told: unknown[] = [];
  const listener: TransportListener = {
    opened: () => told.push('opened'),
    received: (data) => told.push(data),
    ponged: () => told.push('ponged'),
    stalled: () => told.push('stalled'),
    redacted: (cause) => cause,
    ended: ({ code }) => told.push(code),
  };
  const transport = openTransport(platform, REQUEST, 10_000, listener);
  return { transport, socket: platform.socket, clock: platform.clock, told };
}

function opened(world: FakePlatformOptions = {}) {
  const connected = dialled(world);
  connected.socket.accept();
  return connected;
}

test('tells what the socket tells', () => {
  const { socket, told } = opened();
  socket.deliver('a');
  socket.pong();
  socket.drop(1012);
  expect(told).toEqual(['opened', 'a', 'ponged', 1012]);
});

test('shows the socket, for what only some can do', () => {
  const { transport, socket } = opened();
  expect(transport.socket).toBe(socket);
});

describe('a pause', () => {
  test('stops the socket once, and lets it go on once', () => {
    const { transport, socket } = opened();
    const [pause, resume] = [jest.spyOn(socket, 'pause'), jest.spyOn(socket, 'resume')];
    expect([transport.pause(), transport.pause()]).toEqual([true, true]);
    transport.resume();
    transport.resume();
    expect([pause.mock.calls.length, resume.mock.calls.length]).toEqual([1, 1]);
  });

  test('shows until it is over', () => {
    const { transport } = opened();
    const seen = [transport.isPaused()];
    transport.pause();
    seen.push(transport.isPaused());
    transport.resume();
    seen.push(transport.isPaused());
    expect(seen).toEqual([false, true, false]);
  });

  test('is refused where the platform cannot', () => {
    const { transport } = opened({ pauses: false });
    expect([transport.pause(), transport.isPaused()]).toEqual([false, false]);
  });
});

describe('what is sent', () => {
  test('is rejected when the socket throws at it', async () => {
    const { transport, socket } = opened();
    const cause = new Error('too large');
    jest.spyOn(socket, 'send').mockImplementation(() => {
      throw cause;
    });
    expect(await outcome(transport.send('a'))).toMatchObject({ code: 'CONNECTION_CLOSED', cause });
  });

  test('is rejected when the socket ends first', async () => {
    const { transport, socket } = opened();
    socket.takesWrites = false;
    const sent = transport.send('a');
    socket.drop();
    expect(await outcome(sent)).toMatchObject({ code: 'CONNECTION_CLOSED' });
  });

  test('tells that the peer has stalled when it is not taken in time', async () => {
    const { transport, socket, clock, told } = opened();
    socket.takesWrites = false;
    const sent = transport.send('a');
    clock.advance(10_000);
    expect(told).toEqual(['opened', 'stalled']);
    expect(await outcome(sent)).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('still goes out when the transport is closed then', async () => {
    const { transport, socket } = opened();
    socket.takesWrites = false;
    const sent = transport.send('a');
    void transport.close();
    expect(await outcome(sent)).toBe('pending');
    socket.takeWrites();
    expect(await outcome(sent)).toBeUndefined();
  });

  test('is rejected at once when the transport is abandoned', async () => {
    const { transport, socket } = opened();
    socket.takesWrites = false;
    const sent = transport.send('a');
    void transport.close('PONG_TIMEOUT');
    expect(await outcome(sent)).toMatchObject({ code: 'CONNECTION_CLOSED' });
    expect(socket.closedWith).toEqual({ code: 4000, reason: 'PONG_TIMEOUT' });
  });
});

describe('a close', () => {
  test('sends one close frame, however often it is asked for', () => {
    const { transport, socket } = opened();
    const close = jest.spyOn(socket, 'close');
    void transport.close('bye');
    void transport.close('again');
    expect(close.mock.calls).toEqual([[4000, 'bye']]);
  });

  test('is done when the socket has ended, and leaves no timer', async () => {
    const { transport, socket, clock } = opened();
    const closed = transport.close();
    expect(await outcome(closed)).toBe('pending');
    socket.drop(1000);
    expect(await outcome(closed)).toBeUndefined();
    expect(clock.timers).toBe(0);
  });

  test('is done after 80 ms by force', async () => {
    const { transport, socket, clock } = opened();
    const closed = transport.close();
    clock.advance(79);
    expect(await outcome(closed)).toBe('pending');
    clock.advance(1);
    expect(await outcome(closed)).toBeUndefined();
    expect(socket.isEnded).toBe(true);
  });

  test('is done after 80 ms where nothing can be forced', async () => {
    const { transport, clock } = opened({ terminates: false });
    const closed = transport.close();
    clock.advance(80);
    expect(await outcome(closed)).toBeUndefined();
  });

  test('is done at once when the socket has ended already', async () => {
    const { transport, socket, clock } = opened();
    const close = jest.spyOn(socket, 'close');
    socket.drop();
    expect(await outcome(transport.close())).toBeUndefined();
    expect([close.mock.calls, clock.timers]).toEqual([[], 0]);
  });

  test('ends a socket that is not open yet without a handshake', () => {
    const { transport, socket } = dialled();
    void transport.close();
    expect([socket.isLive, socket.closedWith]).toEqual([false, undefined]);
  });

  test('begins the handshake of a socket that is not open yet where nothing can be forced', () => {
    const { transport, socket } = dialled({ terminates: false });
    void transport.close('bye');
    expect(socket.closedWith).toEqual({ code: 4000, reason: 'bye' });
  });

  test('reads on, so that the answer to its close frame can come', () => {
    const { transport, socket } = opened();
    transport.pause();
    void transport.close();
    expect(socket.isPaused).toBe(false);
  });
});
