import { ManualClock } from '../../../src/testing/fakes';

test('a clock that is blocked by one of its timers does not go back afterwards', () => {
  const clock = new ManualClock(0);
  clock.after(10, () => clock.block(500));
  clock.advance(100);
  expect(clock.now()).toBe(510);
});
