import { DatastreamError } from '../src';
import { waitingRoom, type WaitOptions } from '../src/waiting';
import { ManualClock } from '../src/testing/fakes';
import { outcome, settled } from './support/fake-client';

/** A room before a door that the test opens, for a moment or for good, or bars. */
function closedRoom() {
  const clock = new ManualClock();
  let isOpen = false;
  let refusal: DatastreamError | undefined;
  const room = waitingRoom(clock, () => refusal);
  return {
    clock,
    wait: <Result>(pass: () => Result | Promise<Result>, options: WaitOptions = {}) =>
      room.wait(() => isOpen, pass, options),
    open: () => {
      isOpen = true;
      room.look();
      isOpen = false;
    },
    fail: (error: DatastreamError) => {
      refusal = error;
      room.look();
      refusal = undefined;
    },
  };
}

const closed = new DatastreamError('CLIENT_CLOSED', 'closed');

test('lets callers through in the order of their calls, before the opening returns', () => {
  const { wait, open } = closedRoom();
  const passed: number[] = [];
  for (const caller of [1, 2, 3]) void wait(() => passed.push(caller));
  open();
  expect(passed).toEqual([1, 2, 3]);
});

test('gives each caller what it passes to', async () => {
  const { wait, open } = closedRoom();
  const waits = [wait(() => 'value'), wait(() => Promise.resolve('promised'))];
  open();
  expect(await Promise.all(waits)).toEqual(['value', 'promised']);
});

test('opens only for those who wait', async () => {
  const { wait, open } = closedRoom();
  open();
  expect(await outcome(wait(() => 'too late'))).toBe('pending');
});

test('lets nobody through twice', () => {
  const { wait, open } = closedRoom();
  let passed = 0;
  void wait(() => passed++);
  open();
  open();
  expect(passed).toBe(1);
});

test('turns all away that wait, and lets none of them through afterwards', async () => {
  const { wait, open, fail } = closedRoom();
  let passed = 0;
  const waits = [wait(() => passed++), wait(() => passed++)];
  fail(closed);
  open();
  expect([await Promise.all(waits.map(outcome)), passed]).toEqual([[closed, closed], 0]);
});

test('lets who comes while others are let through pass at once', async () => {
  const { wait, open } = closedRoom();
  const next: Promise<string>[] = [];
  void wait(() => next.push(wait(() => 'second')));
  open();
  expect(await Promise.all(next.map(outcome))).toEqual(['second']);
});

describe('a timeout', () => {
  test('turns its caller away alone, and lets it through no more', async () => {
    const { clock, wait, open } = closedRoom();
    const passed: string[] = [];
    const impatient = wait(() => passed.push('impatient'), { timeout: 500 });
    void wait(() => passed.push('patient'));
    clock.advance(500);
    open();
    expect(await outcome(impatient)).toMatchObject({
      code: 'READY_TIMEOUT',
      message: 'Not ready within timeout (500 ms)',
    });
    expect(passed).toEqual(['patient']);
  });

  test('of 0 is over at once', async () => {
    const { clock, wait } = closedRoom();
    const waited = wait(() => undefined, { timeout: 0 });
    clock.advance(0);
    expect(await outcome(waited)).toMatchObject({ code: 'READY_TIMEOUT' });
  });

  test.each([-1, NaN])('of %p is refused', async (timeout) => {
    const { wait } = closedRoom();
    expect(await outcome(wait(() => undefined, { timeout }))).toMatchObject({
      code: 'INVALID_OPTION',
      message: `Option "timeout" must be milliseconds, 0 or more, got ${timeout}`,
    });
  });

  test.each([
    ['as long as a timer can hold is kept', 2 ** 31 - 1, 1],
    ['longer than that is none', 2 ** 31, 0],
    ['of infinity is none', Infinity, 0],
  ])('%s', (_, timeout, timers) => {
    const { clock, wait } = closedRoom();
    void wait(() => undefined, { timeout });
    expect(clock.timers).toBe(timers);
  });

  test('leaves no timer once its caller is through', () => {
    const { clock, wait, open } = closedRoom();
    void wait(() => undefined, { timeout: 500 });
    open();
    expect(clock.timers).toBe(0);
  });

  test('is none by default', () => {
    const { clock, wait } = closedRoom();
    void wait(() => undefined);
    expect(clock.timers).toBe(0);
  });
});

describe('a signal', () => {
  test('turns its caller away when it aborts, with its reason', async () => {
    const { clock, wait, open } = closedRoom();
    const controller = new AbortController();
    let passed = 0;
    const waited = wait(() => passed++, { signal: controller.signal, timeout: 500 });
    controller.abort('enough');
    open();
    expect(await outcome(waited)).toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect([passed, clock.timers]).toEqual([0, 0]);
  });

  test('that has aborted lets its caller not even wait', async () => {
    const { wait, open } = closedRoom();
    let passed = 0;
    const waited = wait(() => passed++, { signal: AbortSignal.abort() });
    open();
    expect(await outcome(waited)).toMatchObject({ code: 'ABORTED' });
    expect(passed).toBe(0);
  });

  test('keeps no listener once its caller is through', async () => {
    const { wait, open } = closedRoom();
    const { signal } = new AbortController();
    const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    void wait(() => undefined, { signal });
    open();
    await settled();
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});
