import { described } from '../../src/platform/described';

const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });

test.each([
  [
    'a broken protocol',
    failure('Invalid UTF-8 sequence', 'WS_ERR_INVALID_UTF8'),
    'WS_ERR_INVALID_UTF8 Invalid UTF-8 sequence',
  ],
  ['several addresses that all refuse', failure('', 'ECONNREFUSED'), 'ECONNREFUSED'],
])('%s is told with its code, and keeps it', (_, error, message) => {
  expect(described(error)).toMatchObject({ message, code: error.code, cause: error });
});

test.each([failure('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'), failure('socket hang up')])(
  '%p says all itself',
  (error) => {
    expect(described(error)).toBe(error);
  },
);
