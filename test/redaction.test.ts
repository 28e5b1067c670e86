import { redact, redactEnding, redactError } from '../src/redaction';

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

test.each([new Error('ECONNRESET'), 'a text that was thrown', undefined])('%p is left as it is', (cause) => {
  expect(redactError(cause, 's3cr&t')).toBe(cause);
});

test('an ending keeps all but the key', () => {
  const refusal = { status: 401 };
  const ending = { code: 4001, reason: 'unknown key s3cr&t', refusal, error: new Error('s3cr&t') };
  expect(redactEnding(ending, 's3cr&t')).toMatchObject({
    code: 4001,
    reason: 'unknown key <key>',
    refusal,
    error: { message: '<key>' },
  });
});
