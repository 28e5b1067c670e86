import { DatastreamClient } from '../client';
import type { ConnectionState } from '../state';
import type { DatastreamMessage } from '../messages';
import { printable } from '../printable';
import type { Subscription } from './entities';
import type { Output } from './output';

/** What `tail` needs to know. */
export interface TailCommand {
  url: string;
  apiKey: string;
  subscriptions: readonly Subscription[];
  isJson: boolean;
}

/** Shows every message until `stopped` resolves or the client ends by itself; the exit code. */
export async function tail(command: TailCommand, output: Output, stopped: Promise<unknown>): Promise<number> {
  const { url, apiKey, subscriptions, isJson } = command;
  const note = (line: string) => output.note(line);
  const client = new DatastreamClient({
    url,
    apiKey,
    // What it does beside the messages, errors that end nothing included.
    logger: { debug: note, info: note, warn: note, error: note },
    messageHandler: (message) => output.print(isJson ? JSON.stringify(message) : describe(message, output)),
    connectionReadyHandler: async () => {
      for (const request of subscriptions) await client.sendMessage(request);
    },
  });
  const ended = new Promise<ConnectionState>((resolve) => client.once('closed', resolve));
  client.start();
  await Promise.race([ended, stopped]);
  await client.close();
  const { state } = client;
  return state.status === 'closed' && state.error ? 1 : 0;
}

/** One message as a line: when, what it is, of whom, and how much of it. */
function describe(message: DatastreamMessage, { paint }: Pick<Output, 'paint'>): string {
  const { entity_type: entityType, message_type: messageType, entity_id: id, data } = message;
  const time = new Date().toISOString().slice(11, 23);
  const kind = `${String(messageType)} ${String(entityType).replace('rulesengine.', '')}`;
  const text = [kind, id ?? '', summary(data)].filter((part) => part !== '').join('  ');
  return `${paint('dim', time)}  ${printable(text)}`;
}

const LONGEST_SUMMARY = 160;

function summary(data: unknown): string {
  if (Array.isArray(data)) return `${data.length} of them`;
  const text = data === undefined ? '' : JSON.stringify(data);
  return text.length > LONGEST_SUMMARY ? `${text.slice(0, LONGEST_SUMMARY)}… (${text.length} characters)` : text;
}
