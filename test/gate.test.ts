import { DatastreamError } from '../src';
import { Gate } from '../src/gate';
import { ManualClock } from '../src/testing/fakes';
import { outcome } from './support/fake-client';

function closedGate() {
  const clock = new ManualClock();
  return { clock, gate: new Gate(clock) };
}

const closed = new DatastreamError('CLIENT_CLOSED', 'closed');

test('lets callers through in the order of their calls, before the opening returns', () => {
  const { gate } = closedGate();
  const passed: number[] = [];
  for (const caller of [1, 2, 3]) void gate.wait(() => passed.push(caller));
  gate.open();
  expect(passed).toEqual([1, 2, 3]);
});

test('gives each caller what it passes to', async () => {
  const { gate } = closedGate();
  const waits = [gate.wait(() => 'value'), gate.wait(() => Promise.resolve('promised'))];
  gate.open();
  expect(await Promise.all(waits)).toEqual(['value', 'promised']);
});

test('opens only for those who wait', async () => {
  const { gate } = closedGate();
  gate.open();
  expect(await outcome(gate.wait(() => 'too late'))).toBe('pending');
});

test('lets nobody through twice', () => {
  const { gate } = closedGate();
  let passed = 0;
  void gate.wait(() => passed++);
  gate.open();
  gate.open();
  expect(passed).toBe(1);
});

test('turns all away that wait, and lets none of them through afterwards', async () => {
  const { gate } = closedGate();
  let passed = 0;
  const waits = [gate.wait(() => passed++), gate.wait(() => passed++)];
  gate.fail(closed);
  gate.open();
  expect([await Promise.all(waits.map(outcome)), passed]).toEqual([[closed, closed], 0]);
});

test('keeps who comes while others are let through waiting', async () => {
  const { gate } = closedGate();
  const next: Promise<string>[] = [];
  void gate.wait(() => next.push(gate.wait(() => 'second')));
  gate.open();
  expect(await Promise.all(next.map(outcome))).toEqual(['pending']);
});

describe('a timeout', () => {
  test('turns its caller away alone, and lets it through no more', async () => {
    const { clock, gate } = closedGate();
    const passed: string[] = [];
    const impatient = gate.wait(() => passed.push('impatient'), { timeout: 500 });
    void gate.wait(() => passed.push('patient'));
    clock.advance(500);
    gate.open();
    expect(await outcome(impatient)).toMatchObject({ code: 'READY_TIMEOUT', message: 'Not ready within 500 ms' });
    expect(passed).toEqual(['patient']);
  });

  test('of 0 is over at once', async () => {
    const { clock, gate } = closedGate();
    const wait = gate.wait(() => undefined, { timeout: 0 });
    clock.advance(0);
    expect(await outcome(wait)).toMatchObject({ code: 'READY_TIMEOUT' });
  });

  test.each([-1, NaN])('of %p is refused', async (timeout) => {
    const { gate } = closedGate();
    expect(await outcome(gate.wait(() => undefined, { timeout }))).toMatchObject({
      code: 'INVALID_OPTION',
      message: `Option "timeout" must be a number of milliseconds, 0 or more, got ${timeout}`,
    });
  });

  test.each([
    ['as long as a timer can hold is kept', 2 ** 31 - 1, 1],
    ['longer than that is none', 2 ** 31, 0],
    ['of infinity is none', Infinity, 0],
  ])('%s', (_, timeout, timers) => {
    const { clock, gate } = closedGate();
    void gate.wait(() => undefined, { timeout });
    expect(clock.timers).toBe(timers);
  });

  test('leaves no timer once its caller is through', () => {
    const { clock, gate } = closedGate();
    void gate.wait(() => undefined, { timeout: 500 });
    gate.open();
    expect(clock.timers).toBe(0);
  });

  test('is none by default', () => {
    const { clock, gate } = closedGate();
    void gate.wait(() => undefined);
    expect(clock.timers).toBe(0);
  });
});

describe('a signal', () => {
  test('turns its caller away when it aborts, with its reason', async () => {
    const { clock, gate } = closedGate();
    const controller = new AbortController();
    let passed = 0;
    const wait = gate.wait(() => passed++, { signal: controller.signal, timeout: 500 });
    controller.abort('enough');
    gate.open();
    expect(await outcome(wait)).toMatchObject({ code: 'ABORTED', cause: 'enough' });
    expect([passed, clock.timers]).toEqual([0, 0]);
  });

  test('that has aborted lets its caller not even wait', async () => {
    const { gate } = closedGate();
    let passed = 0;
    const wait = gate.wait(() => passed++, { signal: AbortSignal.abort() });
    gate.open();
    expect(await outcome(wait)).toMatchObject({ code: 'ABORTED' });
    expect(passed).toBe(0);
  });

  test('keeps no listener once its caller is through', () => {
    const { gate } = closedGate();
    const { signal } = new AbortController();
    const [add, remove] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
    void gate.wait(() => undefined, { signal });
    gate.open();
    expect(remove.mock.calls).toEqual(add.mock.calls);
  });
});
