// Follows a datastream and tells what happens: of a server started here, which a page shows too, or with --url of a real one.
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { HELP, parseCommandLine, UsageError } from './command-line.mjs';
import { NAMES } from './data.mjs';
import { Ending } from './ending.mjs';
import { JsonNarrator } from './json-narrator.mjs';
import { Narrator } from './narrator.mjs';
import { PageServer } from './page-server.mjs';
import { paintFor } from './paint.mjs';
import { Session } from './session.mjs';
import { Stage } from './stage.mjs';

process.exitCode = await main();

async function main() {
  try {
    const settings = parseCommandLine(process.argv.slice(2), process.env);
    if (!settings.help) return await run(settings);
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return error.exitCode;
  }
}

/** @param {import('./command-line.mjs').Settings} settings */
async function run(settings) {
  const ending = new Ending();
  const stage = settings.url === undefined ? await Stage.open(settings.seconds) : undefined;
  const session = openSession(settings, stage);
  const page = stage && (await PageServer.open(stage.forPages, (what) => stage.misbehave(what)));
  const narrator = settings.json ? new JsonNarrator(process.stdout) : new Narrator(process.stdout, NAMES);
  const startedAt = performance.now();
  const tell = (event) => narrator.tell({ at: Math.round(performance.now() - startedAt) / 1_000, ...event });

  tell({
    type: 'start',
    ...session.plan,
    seconds: settings.seconds,
    server: stage?.holds ?? null,
    page: page?.url ?? null,
  });
  session.start(tell, () => ending.reach('failed'));
  stage?.start(tell);
  ending.reachAfter(settings.seconds);
  const reason = await ending.reached;

  const differences = stage ? await stage.compare(() => session.whenCurrent()) : null;
  const account = await session.close();
  await page?.close();
  await stage?.close();
  const isSame = !differences?.length;
  const isOk = isSame && account.error === null && (account.readied > 0 || reason !== 'time');
  tell({ type: 'summary', ...account, ended: reason, ok: isOk, differences, changesMade: stage?.changes ?? null });
  if (!isOk) complain(isSame ? failure(account) : `the store is not what the server is: ${differences.join(', ')}`);
  return isOk ? 0 : 1;
}

/** The session of these settings; what the client does not accept is a mistake in the command line. */
function openSession({ url, apiKey, follows }, stage) {
  // No button of a page may end the demo.
  const patience = stage && { ...stage.pace, maxReconnectAttempts: Infinity };
  try {
    return new Session({ url: stage?.url ?? url, apiKey, follows, ...patience });
  } catch (error) {
    throw UsageError.from(error);
  }
}

function failure({ error, lastLoss, seconds }) {
  const because = error ?? lastLoss;
  const what = because ? `${because.code} ${because.message}` : `not ready within ${seconds.toFixed(1)} s`;
  return because?.code === 'UNAUTHORIZED' ? `${what}; check the key` : what;
}

function complain(message) {
  process.stderr.write(`${paintFor(process.stderr)('red', 'demo:')} ${message}\n`);
}
