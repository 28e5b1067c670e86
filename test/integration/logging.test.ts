import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { DatastreamClient, queryAuth, type DatastreamError } from '../../src';
import { DatastreamServer } from '../../src/testing';
import { Journal } from '../support/journal';
import { LOGGERS, type LoggerUnderTest } from '../support/loggers';
import { MARKER_CORE, MARKER_KEY } from '../support/marker';

let server: DatastreamServer;
beforeEach(async () => {
  server = await DatastreamServer.start();
});
afterEach(() => server.stop());

/** A connection that becomes ready, gets what it cannot read, is lost, and is not taken again; all its errors. */
async function play(underTest: LoggerUnderTest): Promise<DatastreamError[]> {
  const client = new DatastreamClient({
    url: server.url,
    apiKey: MARKER_KEY,
    // In the URL, where it is nearest to what is logged.
    auth: queryAuth(),
    messageHandler: () => undefined,
    logger: underTest.logger,
    minReconnectDelay: 5,
    maxReconnectDelay: 5,
    maxReconnectAttempts: 2,
  });
  const errors = new Journal<DatastreamError>();
  client.on('error', errors.add);
  client.start();
  await client.ready();
  server.faults.sendGarbage();
  await errors.at(0);
  server.faults.refuseUpgrades({ status: 401 });
  server.faults.terminateAll();
  await new Promise((resolve) => client.once('closed', resolve));
  await client.close();
  return errors.all;
}

describe.each(LOGGERS.map((create) => [create().name, create] as const))('%s', (_name, create) => {
  it('gets each line at its level', async () => {
    const underTest = create();
    await play(underTest);
    const lines = underTest.lines().map((line) => line.replace(/127\.0\.0\.1:\d+/, 'HOST'));
    expect(lines).toEqual([
      'debug datastream: connecting: ws://HOST/datastream (attempt 1)',
      'debug datastream: initializing: ws://HOST/datastream (attempt 1)',
      'info datastream: ready: ws://HOST/datastream (attempt 1)',
      'error datastream: MALFORMED_MESSAGE: Cannot decode a frame of 19',
      'warn datastream: CONNECTION_CLOSED: Connection closed (1006); attempt 2 in 0.005 s',
      'debug datastream: connecting: ws://HOST/datastream (attempt 2)',
      'error datastream: closed: UNAUTHORIZED: The server refused the upgrade with status 401',
    ]);
  });

  it('shows of an error its code and what else it carries, by the call in the README', async () => {
    const underTest = create();
    const [, , rejected] = await play(underTest);
    if (rejected === undefined) throw new Error('The third error is missing');
    logError(underTest, rejected);
    const last = underTest.last();
    for (const part of ['UNAUTHORIZED', 'httpStatus', '401', 'retryable', rejected.message])
      expect(last).toContain(part);
  });

  it('gets no key, in whatever is logged', async () => {
    const underTest = create();
    for (const error of await play(underTest)) logError(underTest, error);
    const written = JSON.stringify(underTest.lines()) + underTest.last();
    expect(underTest.lines().length).toBeGreaterThan(8);
    expect(written).not.toContain(MARKER_CORE);
  });

  it('is shown in the README with the call that is tested here', () => {
    const [section = ''] = /<!-- logging -->.*?<!-- \/logging -->/s.exec(readFileSync('README.md', 'utf8')) ?? [];
    expect(section).toContain(create().call);
  });
});

/** Logs an error as the README does. */
function logError({ call, logger }: LoggerUnderTest, error: DatastreamError): void {
  runInNewContext(call, { logger, console: logger, error });
}
