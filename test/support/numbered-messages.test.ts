import type { DatastreamMessage } from '../../src';
import { NumberedMessages } from './numbered-messages';

/** What a handler gets when it is sent two messages on each of two connections, and a fault does this to them. */
function tallyAfter(fault: (sent: DatastreamMessage[]) => (DatastreamMessage | undefined)[]) {
  const messages = new NumberedMessages();
  const sent: DatastreamMessage[] = [];
  const connect = () => ({ push: (message: DatastreamMessage) => void sent.push(message) });
  for (const connection of [connect(), connect()]) void messages.send(connection, 2);
  for (const message of fault(sent)) if (message) messages.handler(message);
  return messages.tally();
}

const WHOLE = { sent: 4, lost: 0, outOfOrder: 0, duplicated: 0, cutOff: 0 };

test.each<[what: string, fault: Parameters<typeof tallyAfter>[0], tally: ReturnType<typeof tallyAfter>]>([
  ['everything', (sent) => sent, WHOLE],
  ['all but one before the last of a connection', ([a, b, , d]) => [a, b, d], { ...WHOLE, lost: 1 }],
  ['all but the last of a connection', ([a, , c, d]) => [a, c, d], { ...WHOLE, cutOff: 1 }],
  ['nothing of a connection', ([a, b]) => [a, b], { ...WHOLE, cutOff: 2 }],
  ['two in the wrong order', ([a, b, c, d]) => [b, a, c, d], { ...WHOLE, outOfOrder: 1 }],
  ['one of the former connection after the latter began', ([a, b, c, d]) => [a, c, b, d], { ...WHOLE, outOfOrder: 1 }],
  ['one twice', ([a, b, c, d]) => [a, b, b, c, d], { ...WHOLE, duplicated: 1 }],
])('counts what became of the messages when %s arrives', (_what, fault, tally) => {
  expect(tallyAfter(fault)).toEqual(tally);
});
