import { counted, entitiesInWords, number, seconds } from './words.mjs';

const WHY = {
  time: 'the time was up',
  interrupted: 'you stopped it',
  failed: 'the client gave up',
  unheard: 'nobody read on',
};

/** The closing account, as labels with their text. */
export function summaryLines(account) {
  const { ended, stats, readyFor, readied, errors, holds, differences, changesMade } = account;
  const lines = [
    ['ran', `${seconds(account.seconds)}, until ${WHY[ended]}`],
    ['ready', `${seconds(readyFor)}, ${percent(readyFor, account.seconds)} of the time`],
    [
      'connections',
      `${counted(stats.attempts, 'dial')}, ${number(readied)} of them ready, ${counted(stats.reconnects, 'reconnect')}`,
    ],
    ['received', `${counted(stats.messages, 'message')}, ${bytes(stats.bytes)}${messagesInWords(account)}`],
    ['store', `holds ${entitiesInWords(holds)}, after ${updatesInWords(account)}`],
    ['sent', counted(stats.messagesSent, 'request')],
    ['queue', `${number(stats.queueDepth)} waiting, ${number(stats.discarded)} discarded at the close`],
    ['round trip', roundTrip(stats.roundTripTime)],
    ['errors', errorsInWords(errors)],
  ];
  if (changesMade !== null) {
    lines.push(['server', `made ${counted(changesMade, 'change')}, also to what nobody here follows`]);
    lines.push(['in the end', agreement(differences)]);
  }
  return lines;
}

function messagesInWords({ messages }) {
  const types = Object.entries(messages).map(([type, count]) => `${number(count)} ${type}`);
  return types.length > 0 ? `: ${types.join(', ')}` : '';
}

function updatesInWords({ updates, caughtUp }) {
  const total = Object.values(updates).reduce((sum, count) => sum + count, 0);
  const kinds = [
    counted(updates.flag, 'flag'),
    counted(updates.company, 'company', 'companies'),
    ...(updates.user > 0 ? [counted(updates.user, 'user')] : []),
  ];
  const missed = caughtUp > 0 ? `, and ${number(caughtUp)} found out after an outage` : '';
  return `${counted(total, 'change')} (${kinds.join(', ')})${missed}`;
}

/** Whether the store has in the end what the server has. */
function agreement(differences) {
  if (differences === null) return 'not compared: there was no connection';
  return differences.length === 0 ? 'store and server hold the same' : `they differ in ${differences.join(', ')}`;
}

function errorsInWords(errors) {
  const entries = Object.entries(errors);
  return entries.length === 0 ? 'none' : entries.map(([code, count]) => `${number(count)} ${code}`).join(', ');
}

function roundTrip(milliseconds) {
  if (milliseconds === null) return 'not measured: no ping was due';
  return milliseconds < 1 ? 'under 1 ms' : `${number(milliseconds)} ms`;
}

function percent(part, whole) {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '0 %';
}

function bytes(count) {
  return count < 10_000 ? `${number(count)} bytes` : `${(count / 1_000).toFixed(1)} kB`;
}
