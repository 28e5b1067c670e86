import { deadline } from './deadline';
import { DatastreamError } from './errors';
import { isApiKey, type ApiKey } from './api-key';
import type { Cancel, Clock } from './platform/platform';

/** How long a key provider may take, in milliseconds. */
const PROVIDER_TIMEOUT = 10_000;

/** Who waits for a key: exactly one of the two is called, unless the request was cancelled. */
export interface KeyRequest {
  given(apiKey: string): void;
  failed(error: DatastreamError): void;
}

/** Asks for the key of one attempt; one that is at hand is given in this same turn. */
export function requestKey(apiKey: ApiKey, clock: Clock, request: KeyRequest): Cancel {
  let isOpen = true;
  let stopWaiting: Cancel = () => undefined;
  const settle = (answer: () => void) => {
    if (!isOpen) return;
    isOpen = false;
    stopWaiting();
    answer();
  };
  const fail = (message: string, cause?: unknown) =>
    settle(() => request.failed(new DatastreamError('CREDENTIALS_FAILED', message, { cause, retryable: true })));
  const give = (key: unknown) =>
    isApiKey(key)
      ? settle(() => request.given(key))
      : fail(`The function "apiKey" gave no usable key: a string of printable ASCII characters is needed`);

  try {
    const key = typeof apiKey === 'string' ? apiKey : apiKey();
    if (typeof key === 'string') give(key);
    else {
      stopWaiting = deadline(clock, PROVIDER_TIMEOUT, () =>
        fail(`The function "apiKey" gave no key within ${PROVIDER_TIMEOUT} ms`),
      );
      Promise.resolve(key).then(give, (cause: unknown) => fail('The function "apiKey" failed', cause));
    }
  } catch (cause) {
    fail('The function "apiKey" threw', cause);
  }
  return () => settle(() => undefined);
}
