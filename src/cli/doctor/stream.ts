import { setTimeout as sleep } from 'node:timers/promises';
import { DatastreamClient } from '../../client';
import { DatastreamError } from '../../errors';
import type { DatastreamMessage } from '../../messages';
import type { DatastreamOptions } from '../../options';
import { adviceFor } from './advice';
import { failed, ok, warning, type Finding } from './finding';

/** Whom to examine, with which key. */
export interface Subject {
  url: string;
  apiKey: string;
}

const PATIENCE = 30_000;
const DEFAULT_PING_INTERVAL = 54;

/** The upgrade, the key, the first flags and a ping, on one connection; stops at what fails. */
export async function* checkStream(subject: Subject): AsyncGenerator<Finding> {
  let flagsCame: (message: DatastreamMessage) => void = () => undefined;
  const flags = new Promise<DatastreamMessage>((resolve) => (flagsCame = resolve));
  const client = createClient(subject, {
    pingInterval: 250,
    messageHandler: (message) => {
      if (message.entity_type === 'rulesengine.Flags') flagsCame(message);
    },
  });
  const ended = endOf(client);
  ended.catch(ignore);
  try {
    client.start();
    await client.ready({ timeout: PATIENCE });
    yield ok('upgrade', `${client.url} opened a WebSocket`);
    // One that cannot be sent any more knows less of the reason than the end of the connection does.
    client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } }).catch(ignore);
    const message = await Promise.race([flags, ended, sleep(PATIENCE, undefined, { ref: false })]);
    if (!message) {
      const advice = 'The connection stands, but the server does not answer: is this a datastream?';
      yield failed('flags', `no flags within ${PATIENCE / 1_000} s`, advice);
      return;
    }
    // A server that rejects a key after the upgrade sends no flags before it does.
    yield ok('key', 'the server accepts it');
    yield ok('flags', `${Array.isArray(message.data) ? message.data.length : 0} flags`);
    yield await checkPing(client);
  } catch (error) {
    yield fromError(error);
  } finally {
    await client.close();
  }
}

async function checkPing(client: DatastreamClient): Promise<Finding> {
  const deadline = Date.now() + 5_000;
  while (client.isReady() && Date.now() < deadline) {
    const { roundTripTime } = client.stats();
    if (roundTripTime !== undefined) return ok('ping', `answered after ${roundTripTime} ms`);
    await sleep(50);
  }
  return warning(
    'ping',
    'no pong within 5 s',
    'A proxy may swallow ping frames: any other traffic keeps the client going.',
  );
}

/** Keeps still for so many seconds, without a ping, to see whether anybody minds. */
export async function checkIdle(subject: Subject, seconds: number): Promise<Finding> {
  const pingInterval = (seconds + 60) * 1_000;
  const client = createClient(subject, {
    pingInterval,
    pongTimeout: 2 * pingInterval,
    messageHandler: () => undefined,
  });
  try {
    client.start();
    await client.ready({ timeout: PATIENCE });
    const openedAt = Date.now();
    const controller = new AbortController();
    const still = sleep(seconds * 1_000, undefined, { signal: controller.signal }).catch(() => undefined);
    const error: unknown = await Promise.race([still, endOf(client).catch((end: unknown) => end)]);
    controller.abort();
    if (error === undefined) return ok('idle', `the connection outlived ${seconds} s without traffic`);
    return cutAfter(Math.round((Date.now() - openedAt) / 1_000), error);
  } catch (error) {
    return fromError(error);
  } finally {
    await client.close();
  }
}

function cutAfter(seconds: number, error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  const detail = `cut after ${seconds} s without traffic: ${why}`;
  const isCovered = seconds > DEFAULT_PING_INTERVAL;
  const advice = isCovered
    ? `The client pings every ${DEFAULT_PING_INTERVAL} s, which prevents that.`
    : `Set the option "pingInterval" to less than ${seconds * 1_000} ms.`;
  return warning('idle', detail, advice);
}

function createClient(
  subject: Subject,
  options: Pick<DatastreamOptions, 'messageHandler' | 'pingInterval' | 'pongTimeout'>,
) {
  // One dial is enough to know, and nobody else is to report what it ends with.
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  return new DatastreamClient({ ...subject, maxReconnectAttempts: 1, logger, ...options });
}

/** Rejects with what ends the client. */
function endOf(client: DatastreamClient): Promise<undefined> {
  return new Promise((_resolve, reject) => {
    client.once('closed', ({ error }) => reject(error ?? new Error('The client was closed')));
  });
}

function fromError(error: unknown): Finding {
  const cause = error instanceof DatastreamError && error.code === 'ATTEMPTS_EXHAUSTED' ? error.cause : error;
  if (!(cause instanceof DatastreamError)) return failed('upgrade', String(cause), 'Try again.');
  const step = cause.code === 'UNAUTHORIZED' ? 'key' : 'upgrade';
  return failed(step, `${cause.code}: ${cause.message}`, adviceFor(cause));
}

function ignore(): void {
  // What goes wrong is in the findings.
}
