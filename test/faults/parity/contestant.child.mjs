// One of the clients that are compared, in a process of its own: it behaves as its script says, does what its parent
// asks, one call at a time, and answers each call with what it measured.
import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { inspect } from 'node:util';
import { answerCalls } from './answer-calls.mjs';
import { CLIENTS } from './clients.mjs';

const script = JSON.parse(process.argv[2]);
const Client = await CLIENTS[script.client]();

const handled = [];
const errors = [];
const logged = [];
let readied = 0;
let failures = script.readyFailures ?? 0;
let handledAtClose;
let closedAt;
const watchers = new Set();

/** Resolves as soon as the condition is met; looks whenever something has happened. */
function until(isMet) {
  return new Promise((resolve) => {
    const look = () => isMet() && watchers.delete(look) && resolve(null);
    watchers.add(look);
    look();
  });
}

function happened() {
  for (const look of [...watchers]) look();
}

function note({ data }) {
  handled.push(data.n);
  if (handled.length === script.closeAt) close();
  happened();
}

const cache = new Map();
const messageHandlers = {
  note,
  async slow(message) {
    await pass(Math.random() * 5);
    note(message);
  },
  // As an application does it whose cache is asynchronous: read, change, write.
  async merge(message) {
    const { id, ...fields } = message.data;
    const held = await Promise.resolve(cache.get(id));
    const isPartial = message.message_type === 'partial';
    if (isPartial && !held) return note(message);
    await pass(1);
    cache.set(id, isPartial ? { ...held, ...fields } : fields);
    note(message);
  },
  throw(message) {
    note(message);
    throw new Error('The handler failed');
  },
};

const readyHandlers = {
  async fail() {
    if (failures-- > 0) throw new Error('The ready handler failed');
  },
  async ask(client) {
    await client.sendMessage({ data: { action: 'start', entity_type: 'rulesengine.Flags' } });
    await new Promise(() => undefined);
  },
};

const log = (...line) => void logged.push(line);
const clients = Array.from({ length: script.clients ?? 1 }, () => {
  const readyHandler = readyHandlers[script.readyHandler];
  const client = new Client({
    url: script.url,
    apiKey: script.apiKey,
    messageHandler: messageHandlers[script.messageHandler ?? 'note'],
    connectionReadyHandler: readyHandler && (() => readyHandler(client)),
    logger: { debug: log, info: log, warn: log, error: log },
    ...script.options,
  });
  client.on('ready', () => {
    readied += 1;
    happened();
    if (script.listenerThrows) throw new Error('The listener failed');
  });
  if (script.hearsErrors !== false) {
    client.on('error', (error) => {
      errors.push(error);
      happened();
    });
  }
  return client;
});
const [client] = clients;

function close() {
  for (const each of clients) each.close();
  handledAtClose = handled.length;
  closedAt = performance.now();
}

// Told by the process itself: its parent may have too much to do to notice at once.
process.once('exit', () => closedAt !== undefined && writeSync(1, String(performance.now() - closedAt)));

function json(what) {
  try {
    return JSON.stringify(what);
  } catch {
    // The official client cannot be written as JSON, which hides the key as well.
    return '';
  }
}

const commands = {
  start: () => clients.forEach((each) => each.start()),
  close,
  untilReady: ({ times }) => until(() => readied >= times),
  untilHandled: ({ count }) => until(() => handled.length >= count),
  untilError: ({ including }) => until(() => errors.some((error) => inspect(error).includes(including))),
  /** How many of the messages were sent, and how many calls settled at all. */
  async send({ count, bytes = 0, within }) {
    let sent = 0;
    let settled = 0;
    const padding = 'x'.repeat(bytes);
    const calls = Array.from({ length: count }, (_, n) =>
      client
        .sendMessage({ data: { n, padding } })
        .then(() => (sent += 1))
        .catch(() => undefined)
        .then(() => (settled += 1)),
    );
    await Promise.race([Promise.all(calls), pass(within)]);
    return { sent, settled };
  },
  held: () => [...cache.values()],
  handled: () => handled,
  handledAfterClose: () => handled.length - handledAtClose,
  isReady: () => client.isReady(),
  /** In how many ways of looking at the client, its log and its errors the key is to be seen. */
  keyShown() {
    const looks = [client, errors, logged].flatMap((what) => [inspect(what), json(what)]);
    return looks.filter((text) => text.includes(script.apiKey)).length;
  },
  /** From now on nothing but the client keeps the process alive. */
  idle: () => process.channel.unref(),
};

answerCalls(commands);
