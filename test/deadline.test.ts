import { deadline, graceFor } from '../src/deadline';
import { ManualClock } from '../src/testing/fakes';

function arm(timeout: number) {
  const clock = new ManualClock();
  let missed = 0;
  const cancel = deadline(clock, timeout, () => missed++);
  return { clock, cancel, count: () => missed };
}

test('is missed once when its time has passed', () => {
  const { clock, count } = arm(10_000);
  clock.advance(9_999);
  expect(count()).toBe(0);
  clock.advance(1);
  expect(count()).toBe(1);
  clock.advance(100_000);
  expect(count()).toBe(1);
});

test('reads what has arrived before it is missed', () => {
  const clock = new ManualClock();
  const order: string[] = [];
  const cancel = deadline(clock, 10, () => order.push('missed'));
  const afterRead = clock.afterRead.bind(clock);
  jest.spyOn(clock, 'afterRead').mockImplementation((task) => {
    order.push('read');
    return afterRead(task);
  });
  clock.advance(10);
  cancel();
  expect(order).toEqual(['read', 'missed']);
});

test('grants it, too, when what was due at the same time blocks the event loop', () => {
  const { clock, count } = arm(10_000);
  // Behind the deadline in the same turn, and before what has arrived is read.
  clock.after(10_000, () => clock.block(60_000));
  clock.advance(10_000);
  expect(count()).toBe(0);
  clock.advance(60_000 + graceFor(10_000));
  expect(count()).toBe(1);
});

test.each([
  ['the process slept', (clock: ManualClock) => clock.jump(60_000)],
  ['the clock was set back', (clock: ManualClock) => clock.jump(-60_000)],
  ['the event loop was blocked', (clock: ManualClock) => clock.block(60_000)],
])('grants a period of grace when %s', (_, gap) => {
  const { clock, count } = arm(10_000);
  gap(clock);
  clock.advance(10_000);
  expect(count()).toBe(_ === 'the event loop was blocked' ? 1 : 0);
  clock.advance(5_000);
  expect(count()).toBe(1);
});

test('a timer that is late by exactly a second still measures waiting', () => {
  const { clock, count } = arm(10_000);
  clock.jump(1_000);
  clock.advance(10_000);
  expect(count()).toBe(1);
});

test('grants grace only once', () => {
  const { clock, count } = arm(10_000);
  clock.jump(60_000);
  clock.advance(10_000);
  clock.jump(60_000);
  clock.advance(5_000);
  expect(count()).toBe(1);
});

test.each([0, 5_000, 10_000])('is not missed once cancelled after %i ms', (passed) => {
  const { clock, cancel, count } = arm(10_000);
  if (passed === 10_000) clock.jump(60_000);
  clock.advance(passed);
  cancel();
  clock.advance(100_000);
  expect([count(), clock.timers]).toEqual([0, 0]);
});

test.each([
  [60_000, 5_000],
  [5_000, 5_000],
  [300, 300],
])('after a gap, a timeout of %i ms grants %i', (timeout, grace) => {
  expect(graceFor(timeout)).toBe(grace);
});
