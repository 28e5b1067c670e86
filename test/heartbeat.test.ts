import { startHeartbeat, type Heartbeat } from '../src/heartbeat';
import { FakePage, ManualClock } from '../src/testing/fakes';

function beating({ pingInterval = 54_000, pongTimeout = 60_000, canAsk = true } = {}) {
  const clock = new ManualClock();
  const startedAt = clock.now();
  const asked: number[] = [];
  let silentAt: number | undefined;
  const page = new FakePage();
  const world = { activity: 0, isPaused: false };
  const subject = {
    ask: canAsk ? () => void asked.push(clock.now() - startedAt) : undefined,
    activity: () => world.activity,
    isPaused: () => world.isPaused,
  };
  const settings = { platform: { clock, page }, pingInterval, pongTimeout };
  const heartbeat: Heartbeat = startHeartbeat(settings, subject, () => {
    silentAt = clock.now() - startedAt;
    heartbeat.stop();
  });
  return { clock, page, subject: world, heartbeat, asked, silentAt: () => silentAt };
}

test('asks at every interval', () => {
  const { clock, asked, subject } = beating();
  for (let second = 0; second < 170; second++) {
    subject.activity++;
    clock.advance(1_000);
  }
  expect(asked).toEqual([54_000, 108_000, 162_000]);
});

test('asks at its interval whatever traffic there is', () => {
  const { clock, asked, subject } = beating({ pingInterval: 300, pongTimeout: 1_000 });
  for (let step = 0; step < 100; step++) {
    subject.activity++;
    clock.advance(10);
  }
  expect(asked).toEqual([300, 600, 900]);
});

test('asks at an interval that is no multiple of its tick', () => {
  const { clock, asked, subject } = beating({ pingInterval: 325, pongTimeout: 1_000 });
  for (let step = 0; step < 100; step++) {
    subject.activity++;
    clock.advance(10);
  }
  expect(asked).toEqual([325, 650, 975]);
});

test('gives up at a timeout that is no multiple of its tick', () => {
  const { clock, silentAt } = beating({ pingInterval: 20_000, pongTimeout: 30_300 });
  clock.advance(60_000);
  expect(silentAt()).toBe(30_300);
});

test('gives up when nothing at all came for the timeout', () => {
  const { clock, silentAt } = beating();
  clock.advance(59_999);
  expect(silentAt()).toBeUndefined();
  clock.advance(1);
  expect(silentAt()).toBe(60_000);
});

test('gives up once, and rests then', () => {
  const { clock } = beating();
  clock.advance(60_000);
  expect(clock.timers).toBe(0);
});

test('stays as long as answers come, though nothing else does', () => {
  const { clock, heartbeat, asked, silentAt } = beating();
  for (let second = 0; second < 600; second++) {
    const before = asked.length;
    clock.advance(1_000);
    if (asked.length > before) heartbeat.ponged();
  }
  expect(silentAt()).toBeUndefined();
});

test('stays as long as anything comes, though no answer does', () => {
  const { clock, subject, silentAt } = beating();
  for (let second = 0; second < 600; second++) {
    if (second % 50 === 0) subject.activity++;
    clock.advance(1_000);
  }
  expect(silentAt()).toBeUndefined();
});

test('notices a peer that dies right after an answer within the timeout of that answer', () => {
  const { clock, heartbeat, silentAt } = beating();
  clock.advance(54_000);
  heartbeat.ponged();
  clock.advance(60_000);
  expect(silentAt()).toBe(114_000);
});

test('notices a peer that dies after a message within a twentieth more than the timeout', () => {
  const { clock, subject, silentAt } = beating({ pingInterval: 900, pongTimeout: 1_000 });
  clock.advance(410);
  subject.activity++;
  clock.advance(3_000);
  expect(silentAt()).toBeGreaterThanOrEqual(1_410);
  expect(silentAt()).toBeLessThanOrEqual(1_460);
});

test('has exactly one timer', () => {
  const { clock } = beating();
  for (let second = 0; second < 59; second++) {
    clock.advance(1_000);
    expect(clock.timers).toBe(1);
  }
});

test('stops at once and for good', () => {
  const { clock, heartbeat, asked, silentAt } = beating();
  clock.advance(500);
  heartbeat.stop();
  expect(clock.timers).toBe(0);
  clock.advance(200_000);
  expect([asked, silentAt()]).toEqual([[], undefined]);
});

test('has nothing to stop once it has stopped', () => {
  const { clock, heartbeat } = beating();
  heartbeat.stop();
  heartbeat.stop();
  expect(clock.timers).toBe(0);
});

test('reads what has arrived before it judges', () => {
  const { clock, subject, silentAt } = beating();
  const afterRead = clock.afterRead.bind(clock);
  jest.spyOn(clock, 'afterRead').mockImplementation((task) => {
    if (clock.now() % 60_000 === 20_000) subject.activity++; // 60 s after the manual clock's start
    return afterRead(task);
  });
  clock.advance(60_000);
  expect(silentAt()).toBeUndefined();
});

describe('while reading is paused', () => {
  test('judges nothing, and goes on asking', () => {
    const { clock, subject, asked, silentAt } = beating();
    subject.isPaused = true;
    clock.advance(300_000);
    expect(silentAt()).toBeUndefined();
    expect(asked).toHaveLength(5);
  });

  test('begins to measure silence when reading goes on', () => {
    const { clock, subject, silentAt } = beating();
    subject.isPaused = true;
    clock.advance(100_000);
    subject.isPaused = false;
    clock.advance(59_000);
    expect(silentAt()).toBeUndefined();
    clock.advance(1_000);
    expect(silentAt()).toBe(160_000);
  });
});

describe('after a gap in its own time', () => {
  const gaps: [string, (clock: ManualClock) => void][] = [
    ['the machine slept for an hour', (clock) => clock.jump(3_600_000)],
    ['the clock was set back an hour', (clock) => clock.jump(-3_600_000)],
    ['the event loop was blocked for longer than the timeout', (clock) => clock.block(90_000)],
  ];

  test.each(gaps)('asks within a second when %s', (_, gap) => {
    const { clock, asked } = beating();
    clock.advance(10_000);
    gap(clock);
    clock.advance(1_000);
    expect(asked).toHaveLength(1);
  });

  test.each(gaps)('lets a peer live that answers, though %s', (_, gap) => {
    const { clock, heartbeat, silentAt } = beating();
    clock.advance(10_000);
    gap(clock);
    clock.advance(1_000);
    heartbeat.ponged();
    clock.advance(50_000);
    expect(silentAt()).toBeUndefined();
  });

  test.each(gaps)('gives up on a peer that does not answer within five seconds, once %s', (_, gap) => {
    const { clock, silentAt } = beating();
    clock.advance(10_000);
    gap(clock);
    clock.advance(1_000);
    expect(silentAt()).toBeUndefined();
    clock.advance(5_000);
    expect(silentAt()).toBeDefined();
  });

  test('waits no longer than a shorter timeout', () => {
    const { clock, silentAt } = beating({ pingInterval: 900, pongTimeout: 1_000 });
    clock.jump(60_000);
    clock.advance(60);
    expect(silentAt()).toBeUndefined();
    clock.advance(1_000);
    expect(silentAt()).toBeDefined();
  });

  test('a delay of up to a second is none', () => {
    const { clock, asked } = beating();
    clock.jump(1_000);
    clock.advance(2_000);
    expect(asked).toEqual([]);
  });

  test.each([
    ['of a short interval is none', 300, 1_000],
    ['of more than a short interval is one', 301, 301 + 50 + 1_000],
  ])('a delay %s', (_, delay, silentFrom) => {
    const { clock, silentAt } = beating({ pingInterval: 300, pongTimeout: 1_000 });
    clock.jump(delay);
    clock.advance(3_000);
    expect(silentAt()).toBe(silentFrom);
  });

  test('gives up at the fourth gap in a row through which a peer is silent', () => {
    const { clock, silentAt } = beating();
    const silent: boolean[] = [];
    for (let gap = 0; gap < 4; gap++) {
      clock.jump(60_000); // a tab that may wake once a minute
      clock.advance(1_000);
      silent.push(silentAt() !== undefined);
    }
    expect(silent).toEqual([false, false, false, true]);
  });

  test('never gives up on a peer that answers between one gap and another', () => {
    const { clock, heartbeat, silentAt } = beating();
    for (let gap = 0; gap < 20; gap++) {
      clock.jump(60_000);
      clock.advance(1_000);
      heartbeat.ponged();
    }
    expect(silentAt()).toBeUndefined();
  });
});

describe('the round-trip time', () => {
  test('is unknown before the first answer', () => {
    const { clock, heartbeat } = beating();
    clock.advance(54_000);
    expect(heartbeat.roundTripTime()).toBeUndefined();
  });

  test('is the time between a ping and its answer', () => {
    const { clock, heartbeat } = beating();
    clock.advance(54_020);
    heartbeat.ponged();
    expect(heartbeat.roundTripTime()).toBe(20);
  });

  test('does not change with an answer to no question', () => {
    const { clock, heartbeat } = beating();
    clock.advance(54_020);
    heartbeat.ponged();
    clock.advance(500);
    heartbeat.ponged();
    expect(heartbeat.roundTripTime()).toBe(20);
  });

  test('is never negative', () => {
    const { clock, heartbeat } = beating();
    clock.advance(54_000);
    clock.jump(-5_000);
    heartbeat.ponged();
    expect(heartbeat.roundTripTime()).toBe(0);
  });
});

describe('where nothing can be asked', () => {
  test('silence alone proves nothing', () => {
    const { clock, silentAt } = beating({ canAsk: false });
    clock.advance(3_600_000);
    expect(silentAt()).toBeUndefined();
  });

  test('gives up a connection that was silent through a sleep, within a second of waking', () => {
    const { clock, silentAt } = beating({ canAsk: false });
    clock.advance(10_000);
    clock.jump(60_000);
    clock.advance(1_000);
    expect(silentAt()).toBeDefined();
  });

  test('keeps a connection on which something came', () => {
    const { clock, subject, silentAt } = beating({ canAsk: false });
    clock.advance(10_000);
    clock.jump(60_000);
    subject.activity++;
    clock.advance(1_000);
    expect(silentAt()).toBeUndefined();
  });

  test('keeps a connection through a gap that is shorter than the interval', () => {
    const { clock, silentAt } = beating({ canAsk: false });
    clock.jump(50_000);
    clock.advance(1_000);
    expect(silentAt()).toBeUndefined();
  });

  test('leaves a page alone that nobody looks at: its timers are late as a matter of course', () => {
    const { clock, page, silentAt } = beating({ canAsk: false });
    page.isVisible = false;
    for (let minute = 0; minute < 60; minute++) {
      clock.jump(59_000);
      clock.advance(1_000);
    }
    expect(silentAt()).toBeUndefined();
  });
});

describe('when it is woken', () => {
  test('asks a peer that has been silent for longer than the interval, and gives it five seconds', () => {
    const { clock, page, heartbeat, asked, silentAt } = beating();
    page.isVisible = false;
    clock.jump(100_000);
    heartbeat.wake();
    expect(asked).toHaveLength(1);
    clock.advance(7_000);
    expect(silentAt()).toBeDefined();
  });

  test('gives up such a peer at once where nothing can be asked', () => {
    const { clock, heartbeat, silentAt } = beating({ canAsk: false });
    clock.jump(54_001);
    heartbeat.wake();
    expect(silentAt()).toBe(54_001);
  });

  test.each([true, false])('leaves a peer alone that was heard a moment ago (can ask: %p)', (canAsk) => {
    const { clock, heartbeat, asked, silentAt } = beating({ canAsk });
    clock.jump(54_000);
    heartbeat.wake();
    expect([asked, silentAt()]).toEqual([[], undefined]);
  });

  test.each([true, false])('counts what has come since it last looked (can ask: %p)', (canAsk) => {
    const { clock, subject, heartbeat, asked, silentAt } = beating({ canAsk });
    clock.jump(100_000);
    subject.activity++;
    heartbeat.wake();
    expect([asked, silentAt()]).toEqual([[], undefined]);
  });
});

test('a question that wakes the heartbeat which asks it leaves one timer, and none when it stops', () => {
  const clock = new ManualClock();
  const settings = { platform: { clock }, pingInterval: 500, pongTimeout: 1_000 };
  const subject = { ask: () => heartbeat.wake(), activity: () => 0, isPaused: () => false, isHidden: () => false };
  const heartbeat: Heartbeat = startHeartbeat(settings, subject, () => undefined);
  clock.advance(600);
  expect(clock.timers).toBe(1);
  heartbeat.stop();
  expect(clock.timers).toBe(0);
});
