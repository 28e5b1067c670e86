import { ManualClock } from '../../src/testing/fakes';
import { outbox as createOutbox } from '../../src/transport/outbox';
import { outcome } from '../support/fake-client';

const TIMEOUT = 10_000;

function outboxOf() {
  const clock = new ManualClock();
  let stalls = 0;
  const outbox = createOutbox(clock, TIMEOUT, { stalled: () => stalls++, redacted: (cause) => cause });
  /** A message whose taking by the network the test decides. */
  const accept = () => {
    let take: (error?: Error) => void = () => undefined;
    const sent = outbox.accept((handed) => (take = handed));
    sent.catch(() => undefined);
    return { outcome: () => outcome(sent), take: (error?: Error) => take(error) };
  };
  return { clock, outbox, accept, stalls: () => stalls };
}

test('settles each message when the network takes it', async () => {
  const { accept } = outboxOf();
  const [first, second] = [accept(), accept()];
  second.take();
  expect([await first.outcome(), await second.outcome()]).toEqual(['pending', undefined]);
});

test('rejects a message that the network refused, with its reason', async () => {
  const { accept } = outboxOf();
  const [first, second] = [accept(), accept()];
  const cause = new Error('EPIPE');
  first.take(cause);
  expect([await first.outcome(), await second.outcome()]).toMatchObject([
    {
      code: 'CONNECTION_CLOSED',
      message: 'Connection closed',
      retryable: true,
      cause,
    },
    'pending',
  ]);
});

test('rejects a message whose sending throws, with what it threw', async () => {
  const { clock, outbox, stalls } = outboxOf();
  const cause = new Error('too large');
  const sent = outbox.accept(() => {
    throw cause;
  });
  expect(await outcome(sent)).toMatchObject({ code: 'CONNECTION_CLOSED', cause });
  clock.advance(TIMEOUT);
  expect([stalls(), clock.timers]).toEqual([0, 0]);
});

test('rejects all that wait when the connection ends first', async () => {
  const { clock, outbox, accept } = outboxOf();
  const [first, second] = [accept(), accept()];
  outbox.fail();
  const failed = { code: 'CONNECTION_CLOSED', retryable: true };
  expect([await first.outcome(), await second.outcome()]).toMatchObject([failed, failed]);
  expect(clock.timers).toBe(0);
});

test('waits for nothing that it has rejected', () => {
  const { clock, outbox, accept } = outboxOf();
  const first = accept();
  outbox.fail();
  accept();
  first.take();
  expect(clock.timers).toBe(1);
});

describe('the timeout', () => {
  test('has one timer, however many messages wait, which ends when it finds none that does', () => {
    const { clock, accept, stalls } = outboxOf();
    const timers = [clock.timers];
    const [first, second] = [accept(), accept()];
    timers.push(clock.timers);
    first.take();
    second.take();
    accept().take();
    timers.push(clock.timers);
    clock.advance(TIMEOUT);
    timers.push(clock.timers);
    expect([timers, stalls()]).toEqual([[0, 1, 1, 0], 0]);
  });

  test('gives a message its whole time, though its timer was set for one before it', async () => {
    const { clock, accept, stalls } = outboxOf();
    accept().take();
    clock.advance(TIMEOUT - 1);
    const late = accept();
    clock.advance(TIMEOUT - 1);
    const before = [await late.outcome(), stalls()];
    clock.advance(1);
    expect([before, await late.outcome(), stalls()]).toMatchObject([['pending', 0], { code: 'WRITE_TIMEOUT' }, 1]);
  });

  test('rejects a message that was not taken, and tells once that the peer has stalled', async () => {
    const { clock, accept, stalls } = outboxOf();
    const message = accept();
    clock.advance(TIMEOUT - 1);
    expect([await message.outcome(), stalls()]).toEqual(['pending', 0]);
    clock.advance(1);
    expect(await message.outcome()).toMatchObject({
      code: 'WRITE_TIMEOUT',
      message: 'Not sent within writeTimeout (10000 ms)',
      retryable: true,
    });
    expect([stalls(), clock.timers]).toEqual([1, 0]);
  });

  test('rejects all messages of that moment, and leaves later ones to the end of the connection', async () => {
    const { clock, accept } = outboxOf();
    const [first, second] = [accept(), accept()];
    clock.advance(1);
    const later = accept();
    clock.advance(TIMEOUT - 1);
    const late = { code: 'WRITE_TIMEOUT' };
    expect([await first.outcome(), await second.outcome(), await later.outcome()]).toMatchObject([
      late,
      late,
      'pending',
    ]);
  });

  test('runs for the message that has waited longest, from when it was accepted', async () => {
    const { clock, accept } = outboxOf();
    const first = accept();
    clock.advance(4_000);
    const second = accept();
    clock.advance(2_000);
    first.take();
    clock.advance(7_999);
    expect(await second.outcome()).toBe('pending');
    clock.advance(1);
    expect(await second.outcome()).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('starts anew for a message that comes when nothing waits any more', async () => {
    const { clock, accept } = outboxOf();
    const first = accept();
    clock.advance(6_000);
    first.take();
    clock.advance(60_000);
    const second = accept();
    clock.advance(TIMEOUT - 1);
    expect(await second.outcome()).toBe('pending');
    clock.advance(1);
    expect(await second.outcome()).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('gives the network a moment after the process slept', async () => {
    const { clock, accept } = outboxOf();
    const message = accept();
    clock.jump(60_000);
    clock.advance(TIMEOUT);
    expect(await message.outcome()).toBe('pending');
    clock.advance(5_000);
    expect(await message.outcome()).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test('is that of the next message at once when a sleep has used it up', async () => {
    const { clock, accept } = outboxOf();
    const first = accept();
    clock.advance(1_000);
    const second = accept();
    first.take();
    clock.jump(60_000);
    clock.advance(9_000 + 5_000);
    expect(await second.outcome()).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });

  test.each([
    ['the message that it runs for', false],
    ['the one behind it', true],
  ])('does not grow with a clock that is set back, for %s', async (_, isTaken) => {
    const { clock, accept } = outboxOf();
    const first = accept();
    const second = accept();
    if (isTaken) first.take();
    clock.jump(-3_600_000);
    clock.advance(2 * TIMEOUT + 5_000);
    expect(await second.outcome()).toMatchObject({ code: 'WRITE_TIMEOUT' });
  });
});
