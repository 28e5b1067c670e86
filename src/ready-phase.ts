import { deadline } from './deadline';
import { DatastreamError } from './errors';
import type { ReadyContext } from './options';
import type { Cancel, Clock } from './platform/platform';

/** How the phase ended: exactly one of the two is called, unless it was cancelled. */
export interface ReadyPhaseListener {
  succeeded(): void;
  failed(error: DatastreamError): void;
}

/** Runs the ready handler of one connection within its time. Cancelling aborts its signal and ignores what it yet says. */
export function runReadyPhase(
  handler: (context: ReadyContext) => unknown,
  clock: Clock,
  timeout: number,
  listener: ReadyPhaseListener,
): Cancel {
  const controller = new AbortController();
  const isOver = () => controller.signal.aborted;
  const end = () => {
    stopWaiting();
    controller.abort();
  };
  const settle = (answer: () => void) => {
    if (isOver()) return;
    stopWaiting();
    answer();
  };
  const fail = (code: 'READY_FAILED' | 'READY_TIMEOUT', message: string, cause?: unknown) =>
    settle(() => listener.failed(new DatastreamError(code, message, { cause, retryable: true })));
  const stopWaiting = deadline(clock, timeout, () =>
    fail('READY_TIMEOUT', `The connectionReadyHandler did not end within readyTimeout (${timeout} ms)`),
  );
  const result = callAsync(() => handler({ signal: controller.signal }));
  result.then(
    () => settle(() => listener.succeeded()),
    (cause: unknown) => fail('READY_FAILED', 'The connectionReadyHandler failed', cause),
  );
  return end;
}

/** Calls a function now; one that throws gives a rejection, as one whose promise rejects does. */
function callAsync(call: () => unknown): Promise<unknown> {
  return new Promise((resolve) => resolve(call()));
}
