import { ConnectionClosedError, DatastreamError } from '../src/errors';
import { retryPolicy, type RetrySettings } from '../src/retry';
import type { RetryPolicy } from '../src/state';

const SETTINGS: RetrySettings = {
  maxReconnectAttempts: 10,
  minReconnectDelay: 1_000,
  maxReconnectDelay: 30_000,
  stableAfter: 10_000,
  apiKey: 'key',
  backoff: (attempt, { phase }) => attempt * 1_000 + phase * 100,
};

function retryWith(settings: Partial<RetrySettings> = {}, random: () => number = () => 0.5) {
  const failures: DatastreamError[] = [];
  const retry = retryPolicy({ ...SETTINGS, ...settings }, random, (error) => failures.push(error));
  retry.begin();
  return { retry, failures };
}

const lost = () => new DatastreamError('CONNECTION_CLOSED', 'lost', { retryable: true });
const unauthorized = () => new ConnectionClosedError('UNAUTHORIZED', 'no', { httpStatus: 401 }, { retryable: true });
const refused = (retryAfter: number) =>
  new ConnectionClosedError('UPGRADE_REFUSED', 'no', { httpStatus: 503, retryAfter });
/** The wait, or the code of the end. */
const delayOf = (retry: RetryPolicy, dialled: number, error: DatastreamError = lost()) => {
  // The state machine begins a count where a stable connection was lost.
  if (dialled === 0) retry.begin();
  const verdict = retry.judge(error, dialled);
  return typeof verdict === 'number' ? verdict : verdict.code;
};
const retries = (retry: RetryPolicy, dialled: number, error: DatastreamError = lost()) =>
  typeof delayOf(retry, dialled, error) === 'number';

test('counts the waits of one count of attempts from 1', () => {
  const { retry } = retryWith();
  expect([1, 2, 3].map((dialled) => delayOf(retry, dialled))).toEqual([1_050, 2_050, 3_050]);
});

test('counts the wait after the loss of a stable connection as the first, and the next as the second', () => {
  const { retry } = retryWith();
  delayOf(retry, 1);
  expect([0, 1, 2].map((dialled) => delayOf(retry, dialled))).toEqual([1_050, 2_050, 3_050]);
});

test('draws its phase once a count', () => {
  let draws = 0;
  const { retry } = retryWith({}, () => ++draws);
  const waits = [1, 2, 0, 1].map((dialled) => delayOf(retry, dialled));
  expect(waits).toEqual([1_100, 2_100, 1_200, 2_200]);
});

test('gives the backoff the phase and the two delays', () => {
  const seen: unknown[] = [];
  const { retry } = retryWith({ backoff: (...args) => seen.push(args) });
  retry.judge(lost(), 1);
  expect(seen).toEqual([[1, { phase: 0.5, min: 1_000, max: 30_000 }]]);
});

test.each([
  [10, 9, true],
  [10, 10, false],
  [3, 2, true],
  [3, 3, false],
  [1, 1, false],
  [0, 1, false],
  [1, 0, true],
  [0, 0, true],
  [Infinity, 1_000_000, true],
])('with at most %d attempts, %i dials are followed by another: %p', (maxReconnectAttempts, dialled, expected) => {
  const { retry } = retryWith({ maxReconnectAttempts });
  expect(retries(retry, dialled)).toBe(expected);
});

test('gives up with an error that says how often it tried and has the last loss as its cause', () => {
  const { retry } = retryWith({ maxReconnectAttempts: 3 });
  const loss = lost();
  const verdict = retry.judge(loss, 3);
  expect(verdict).toMatchObject({
    code: 'ATTEMPTS_EXHAUSTED',
    message: 'Gave up after attempt 3: lost',
    cause: loss,
    retryable: false,
  });
});

test('the last loss before giving up stays retryable: what ended the client is the giving up', () => {
  const { retry } = retryWith({ maxReconnectAttempts: 1 });
  const loss = lost();
  retry.judge(loss, 1);
  expect(loss.retryable).toBe(true);
});

describe('a rejected key', () => {
  test('ends the client when the key is a string', () => {
    const loss = unauthorized();
    expect(retryWith().retry.judge(loss, 1)).toBe(loss);
    expect(loss.retryable).toBe(false);
  });

  test('gets one retry in a count when a function gives the key', () => {
    const { retry } = retryWith({ apiKey: () => 'key' });
    expect([1, 2].map((dialled) => retries(retry, dialled, unauthorized()))).toEqual([true, false]);
  });

  test('gets another retry in another count', () => {
    const { retry } = retryWith({ apiKey: () => 'key' });
    expect([1, 0, 1].map((dialled) => retries(retry, dialled, unauthorized()))).toEqual([true, true, false]);
  });

  test('still waits before the retry', () => {
    expect(delayOf(retryWith({ apiKey: () => 'key' }).retry, 1, unauthorized())).toBe(1_050);
  });
});

describe('Retry-After', () => {
  test.each([
    ['raises a shorter wait', 20_000, 20_000],
    ['may exceed the maximum delay', 120_000, 120_000],
    ['counts up to five minutes', 3_600_000, 300_000],
    ['never shortens a wait', 10, 1_050],
  ])('%s', (_, retryAfter, wait) => {
    expect(delayOf(retryWith().retry, 1, refused(retryAfter))).toBe(wait);
  });

  test('binds a custom backoff too', () => {
    expect(delayOf(retryWith({ backoff: () => 0 }).retry, 1, refused(5_000))).toBe(5_000);
  });
});

describe('shouldReconnect', () => {
  test.each([
    [false, lost(), false],
    [true, unauthorized(), true],
    [undefined, lost(), true],
    [undefined, unauthorized(), false],
  ])('%p decides', (wish, loss, expected) => {
    const { retry } = retryWith({ shouldReconnect: () => wish });
    expect(retries(retry, 1, loss)).toBe(expected);
    expect(loss.retryable).toBe(expected);
  });

  test('learns the loss and the dial to come', () => {
    const seen: unknown[] = [];
    const loss = lost();
    const { retry } = retryWith({ shouldReconnect: (...args) => void seen.push(args) });
    retry.judge(loss, 4);
    expect(seen).toEqual([[loss, 5]]);
  });

  test('that throws leaves it to the default rule and is reported', () => {
    const cause = new Error('broken');
    const { retry, failures } = retryWith({
      shouldReconnect: () => {
        throw cause;
      },
    });
    expect(retries(retry, 1)).toBe(true);
    expect(failures).toMatchObject([{ code: 'HANDLER_FAILED', message: 'Option "shouldReconnect" failed', cause }]);
    expect(failures[0]?.retryable).toBe(true);
  });

  test('that insists exceeds the limit of attempts', () => {
    const { retry } = retryWith({ shouldReconnect: () => true, maxReconnectAttempts: 2 });
    expect(retries(retry, 2)).toBe(true);
  });

  test('that leaves it to the default rule does not', () => {
    const { retry } = retryWith({ shouldReconnect: () => undefined, maxReconnectAttempts: 2 });
    expect(retries(retry, 2)).toBe(false);
  });

  test('may start another count, which keeps its first wait', () => {
    const { retry } = retryWith({
      shouldReconnect: (): undefined => {
        retry.begin();
      },
    });
    retry.judge(lost(), 1);
    retry.judge(lost(), 2);
    expect(delayOf(retryWith().retry, 1)).toBe(1_050);
  });
});

describe('a custom backoff', () => {
  test.each(['9', 9n, true, null, Symbol('soon'), { valueOf: () => 9 }, Promise.resolve(9)])(
    'of %p, which is no number, becomes the wait of the ladder',
    (chosen) => {
      expect(delayOf(retryWith({ backoff: () => chosen as unknown as number }).retry, 1)).toBe(3_000);
    },
  );

  test.each([
    ['is rounded to whole milliseconds', 0.6, 1],
    ['below zero is clamped', -5, 0],
    ['of infinity is clamped', Infinity, 2_147_483_647],
    ['of NaN becomes the wait of the ladder', NaN, 3_000],
    ['of a promise becomes the wait of the ladder', Promise.resolve(1) as unknown as number, 3_000],
  ])('%s', (_, chosen, wait) => {
    expect(delayOf(retryWith({ backoff: () => chosen }).retry, 1)).toBe(wait);
  });

  test('that throws becomes the wait of the ladder and is reported', () => {
    const { retry, failures } = retryWith({
      backoff: () => {
        throw new Error('broken');
      },
    });
    expect(delayOf(retry, 1)).toBe(3_000);
    expect(failures).toMatchObject([{ code: 'HANDLER_FAILED', message: 'Option "backoff" failed' }]);
  });
});
