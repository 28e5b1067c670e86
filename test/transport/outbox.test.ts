import { ManualClock } from '../../src/testing/fakes';
import { Outbox } from '../../src/transport/outbox';
import { outcome } from '../support/fake-client';

const TIMEOUT = 10_000;

function outboxOf() {
  const clock = new ManualClock();
  let stalls = 0;
  const outbox = new Outbox(clock, TIMEOUT, () => stalls++);
  return { clock, outbox, accept: () => outbox.accept(), stalls: () => stalls };
}

const outcomes = (promises: Promise<unknown>[]) => Promise.all(promises.map(outcome));

test('settles messages in the order in which they were accepted', async () => {
  const { outbox, accept } = outboxOf();
  const sent = [accept(), accept()];
  outbox.handed();
  expect(await outcomes(sent)).toEqual([undefined, 'pending']);
});

test('rejects a message that the network refused, with its reason', async () => {
  const { outbox, accept } = outboxOf();
  const sent = [accept(), accept()];
  const cause = new Error('EPIPE');
  outbox.handed(cause);
  outbox.handed();
  expect(await outcomes(sent)).toMatchObject([{ code: 'CONNECTION_CLOSED', retryable: true, cause }, undefined]);
});

test('has no use for what is handed to the network when nothing waits', async () => {
  const { outbox, accept } = outboxOf();
  outbox.handed();
  outbox.handed(new Error('late'));
  expect(await outcome(accept())).toBe('pending');
});

test('rejects all that wait when the connection ends first', async () => {
  const { clock, outbox, accept } = outboxOf();
  const sent = [accept(), accept()];
  outbox.fail();
  const failed = { code: 'CONNECTION_CLOSED', retryable: true };
  expect(await outcomes(sent)).toMatchObject([failed, failed]);
  expect(clock.timers).toBe(0);
});

describe('the timeout', () => {
  test('has one timer, however many messages wait, and none when none does', () => {
    const { clock, outbox, accept } = outboxOf();
    const timers = [clock.timers];
    void accept();
    void accept();
    timers.push(clock.timers);
    outbox.handed();
    timers.push(clock.timers);
    outbox.handed();
    timers.push(clock.timers);
    expect(timers).toEqual([0, 1, 1, 0]);
  });

  test('rejects a message that was not taken, and tells once that the peer has stalled', async () => {
    const { clock, accept, stalls } = outboxOf();
    const sent = accept();
    clock.advance(TIMEOUT - 1);
    expect([await outcome(sent), stalls()]).toEqual(['pending', 0]);
    clock.advance(1);
    expect(await outcome(sent)).toMatchObject({
      code: 'WRITE_TIMEOUT',
      message: 'A message was not handed to the network within writeTimeout (10000 ms)',
      retryable: true,
    });
    expect([stalls(), clock.timers]).toEqual([1, 0]);
  });

  test('rejects all messages of that moment, and leaves later ones to the end of the connection', async () => {
    const { clock, accept } = outboxOf();
    const together = [accept(), accept()];
    clock.advance(1);
    const later = accept();
    clock.advance(TIMEOUT - 1);
    const late = { code: 'WRITE_TIMEOUT' };
    expect(await outcomes([...together, later])).toMatchObject([late, late, 'pending']);
  });

  test('runs for the message that has waited longest, from when it was accepted', async () => {
    const { clock, outbox, accept } = outboxOf();
    void accept();
    clock.advance(4_000);
    const second = accept();
    clock.advance(2_000);
    outbox.handed();
    clock.advance(7_999);
    expect(await outcome(second)).toBe('pending');
    clock.advance(1);
    expect(await outcome(second)).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('starts anew for a message that comes when nothing waits any more', async () => {
    const { clock, outbox, accept } = outboxOf();
    void accept();
    clock.advance(6_000);
    outbox.handed();
    clock.advance(60_000);
    const sent = accept();
    clock.advance(TIMEOUT - 1);
    expect(await outcome(sent)).toBe('pending');
    clock.advance(1);
    expect(await outcome(sent)).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('gives the network a moment after the process slept', async () => {
    const { clock, accept } = outboxOf();
    const sent = accept();
    clock.jump(60_000);
    clock.advance(TIMEOUT);
    expect(await outcome(sent)).toBe('pending');
    clock.advance(5_000);
    expect(await outcome(sent)).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('grows by no more than itself and that moment when the clock is set back', async () => {
    const { clock, accept } = outboxOf();
    const sent = accept();
    clock.jump(-3_600_000);
    clock.advance(2 * TIMEOUT + 5_000);
    expect(await outcome(sent)).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });
});
