import { redact, redactError } from '../src/redaction';

test.each([
  ['no key s3cr&t here, nor s3cr&t', 'no key <key> here, nor <key>'],
  ['GET /datastream?apiKey=s3cr%26t', 'GET /datastream?apiKey=<key>'],
  ['nothing to see', 'nothing to see'],
])('%s is shown as %s', (text, shown) => {
  expect(redact(text, 's3cr&t')).toBe(shown);
});

test('an error that repeats the key is replaced by one that does not', () => {
  const redacted = redactError<Error>(new Error('bad header: s3cr&t'), 's3cr&t');
  expect(redacted.message).toBe('bad header: <key>');
  expect(redacted.stack).not.toContain('s3cr&t');
});

test('a form in which a URL writes the key is one of the key', () => {
  expect(redact('?apiKey=a%7Eb%21', 'a~b!')).toBe('?apiKey=<key>');
});

test.each([
  ['a subprotocol', 'base64url.bearer.v1.czNjciZ0', 's3cr&t', 'base64url.bearer.v1.<key>'],
  ['a JSON text', '{"key":"s3\\"cr\\\\t"}', 's3"cr\\t', '{"key":"<key>"}'],
])('a form in which %s carries the key is one of the key', (_what, text, key, shown) => {
  expect(redact(text, key)).toBe(shown);
});

test('an error that is replaced keeps its code', () => {
  const error = Object.assign(new Error('s3cr&t'), { code: 'ECONNREFUSED' });
  expect(redactError(error, 's3cr&t')).toMatchObject({ message: '<key>', code: 'ECONNREFUSED' });
});

test('a cause that repeats the key is replaced, and the errors above it', () => {
  const redacted = redactError<Error>(new Error('no', { cause: new Error('s3cr&t') }), 's3cr&t');
  expect(redacted).toMatchObject({ message: 'no', cause: { message: '<key>' } });
});

test('a text that was thrown and repeats the key becomes an error that does not', () => {
  expect(redactError('not s3cr&t', 's3cr&t')).toEqual(new Error('not <key>'));
});

test('an error that is replaced has no code and no cause where it had none', () => {
  expect(Object.keys(redactError(new Error('s3cr&t'), 's3cr&t'))).toEqual([]);
  expect(redactError(new Error('s3cr&t'), 's3cr&t')).not.toHaveProperty('cause');
  expect(redactError('s3cr&t', 's3cr&t')).not.toHaveProperty('code');
});

test('an error that cannot be read is replaced', () => {
  const unreadable = Object.defineProperty(new Error('x'), 'cause', {
    get() {
      throw new Error('no');
    },
  });
  expect(redactError(unreadable, 's3cr&t')).toEqual(new Error('It cannot be read'));
});

test('a key that is a part of what takes its place is replaced once', () => {
  expect(redact('the key is wrong', 'key')).toBe('the <key> is wrong');
});

test('an error that is its own cause has an end', () => {
  const error = new Error('s3cr&t');
  error.cause = error;
  expect(redactError<Error>(error, 's3cr&t').message).toBe('<key>');
});

test.each([new Error('ECONNRESET'), new Error('no', { cause: 'why' }), 'a text that was thrown', undefined])(
  '%p is left as it is',
  (cause) => {
    expect(redactError(cause, 's3cr&t')).toBe(cause);
  },
);

test('nothing is redacted while there is no key', () => {
  expect(redact('text', undefined)).toBe('text');
});
