import { recordFault } from './support/fault-ledger';
import { fakeClient, outcome } from './support/fake-client';
import { Marker } from './support/marker';
import { NOTHING_WRONG, Tally } from './support/tally';

const HOUR = 3_600_000;

const marker = new Marker();
afterEach(() => expect([marker.searched > 0, marker.leaks]).toEqual([true, []]));

/** What one client does while somebody sets the clock of the machine. */
function follow(options: Parameters<typeof fakeClient>[0] = {}) {
  const tally = new Tally();
  const scene = fakeClient({ ...marker.options, messageHandler: tally.handle, ...options });
  marker.watch(scene.client);
  let n = 0;
  return {
    ...scene,
    tally,
    deliver: () => {
      scene.platform.socket.deliver({ c: 'connection', n: n++ });
      tally.sent('connection', n);
    },
    /** The server answers every ping, for so many milliseconds. */
    live: (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 100) {
        const { socket } = scene.platform;
        const asked = socket.pinged;
        scene.clock.advance(100);
        if (socket.pinged > asked) socket.pong();
      }
    },
  };
}

describe.each([
  ['forward', HOUR],
  ['back', -HOUR],
])('a system clock that is set %s by an hour', (direction, change) => {
  test('ends no connection, and loses nothing', () => {
    const { connect, deliver, live, clock, client, tally, states } = follow();
    connect();
    for (let time = 0; time < 10; time++) {
      live(30_000);
      deliver();
      clock.jump(change);
      deliver();
    }
    live(120_000);
    const count = tally.count();
    const survived = client.stats().attempts === 1 ? 10 : 0;
    recordFault({ fault: `clock set ${direction}`, injected: 10, survived, ...count });
    expect(count).toMatchObject({ ...NOTHING_WRONG, sent: 20 });
    expect([survived, states.at(-1)?.status]).toEqual([10, 'ready']);
  });

  test('makes no wait shorter or longer', () => {
    const { connect, clock, platform } = follow({ backoff: () => 20_000 });
    connect();
    platform.socket.drop();
    clock.advance(5_000);
    clock.jump(change);
    clock.advance(14_999);
    expect(platform.sockets).toHaveLength(1);
    clock.advance(1);
    expect(platform.sockets).toHaveLength(2);
  });

  test('times out no dial that is answered in time', () => {
    const { client, clock, platform, errors } = follow({ connectTimeout: 30_000 });
    client.start();
    clock.advance(10_000);
    clock.jump(change);
    clock.advance(19_999);
    platform.socket.accept();
    expect([client.state.status, errors]).toEqual(['ready', []]);
  });

  test('times out no write that is taken in time', async () => {
    const { connect, live, client, clock, platform } = follow({ writeTimeout: 10_000 });
    connect();
    platform.socket.takesWrites = false;
    const sent = client.sendMessage({ n: 1 });
    live(3_000);
    clock.jump(change);
    live(6_900);
    platform.socket.takeWrites();
    expect(await outcome(sent)).toBeUndefined();
  });

  test('leaves a connection stable that was, so that its loss starts a new count', () => {
    const { connect, live, clock, client, platform } = follow({ maxReconnectAttempts: 1 });
    connect();
    live(30_000);
    clock.jump(change);
    live(1_000);
    platform.socket.drop();
    expect(client.state).toMatchObject({ status: 'waiting', attempt: 1 });
  });
});
