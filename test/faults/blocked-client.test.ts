import { recordFault } from '../support/fault-ledger';
import { useLoopback } from '../support/loopback';
import { Numbering } from '../support/numbering';
import { NOTHING_WRONG, Tally } from '../support/tally';

// Nothing here takes this long by itself; a machine that is busy might.
jest.setTimeout(60_000);

const loopback = useLoopback();

/**
 * What a child does; it tells every numbered message as it is, every change of state after the first `ready`, and, for
 * whoever looks for its key, all that it logs and announces, each in one line.
 */
const SCRIPT = `
  const { inspect } = require('node:util');
  const show = (...shown) => {
    for (const each of shown) tell('shown ' + JSON.stringify([inspect(each, { depth: 9, showHidden: true }), each]));
  };
  const logger = { debug: show, info: show, warn: show, error: show };
  const block = (milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  const follow = (options) => {
    const client = create({ ...options, logger, messageHandler: (message) => tell(JSON.stringify(message)) });
    for (const type of ['state', 'error']) client.on(type, (event) => show(event, client, client.stats()));
    client.once('ready', () => client.on('state', (state) => tell('state ' + state.status)));
    client.start();
    return client;
  };
`;

/**
 * Runs a script that follows a server, and ends when the client has all numbered messages: those that are sent all the
 * time, or, on a connection that is idle, before and after the fault, so that nothing but pongs comes through it.
 */
async function run(
  fault: string,
  script: string,
  { isIdle = false } = {},
): Promise<{ dials: number; states: string[] }> {
  const server = await loopback.datastream();
  const tally = new Tally();
  const numbering = new Numbering(tally);
  const child = loopback.child(SCRIPT + script, server);
  const connection = await server.connection();
  /** What comes after the last one might still be on its way when all is counted. */
  let isOver = false;
  const push = (count: number) => void (connection.isOpen && !isOver && numbering.push(connection, count));
  push(100);
  if (!isIdle) loopback.every(20, () => push(5));
  await child.lines.find((line) => line === 'unblocked');
  // Nobody judges a connection after an answer to a ping that came after the fault.
  for (let ping = 0; ping < 3; ping++) await connection.nextPing();
  isOver = true;
  const upTo = numbering.next(connection);
  connection.send(upTo);
  await child.lines.find((line) => line === upTo);
  for (const line of child.lines.all) if (line.startsWith('{')) tally.handle(JSON.parse(line));
  const count = tally.count();
  // The key is looked for in all that the child tells; what it has logged must be in there.
  expect(child.lines.all.some((line) => line.startsWith('shown ') && line.includes('datastream: '))).toBe(true);
  const dials = server.upgrades.length;
  recordFault({ fault, injected: 1, survived: dials === 1 ? 1 : 0, ...count });
  expect(count).toMatchObject(NOTHING_WRONG);
  return { dials, states: child.lines.all.filter((line) => line.startsWith('state')) };
}

describe('a client whose event loop is blocked keeps its connection, without an event', () => {
  test('for 5 s', async () => {
    const { dials, states } = await run(
      'event loop of the client blocked for 5 s',
      `
        const client = follow({ pingInterval: 500 });
        client.once('ready', () => setTimeout(() => {
          block(5_000);
          tell('unblocked');
        }, 200));
      `,
    );
    expect({ dials, states }).toEqual({ dials: 1, states: [] });
  });

  test('for twice pongTimeout', async () => {
    const { dials, states } = await run(
      'event loop of the client blocked for longer than pongTimeout',
      `
        const client = follow({ pongTimeout: 2_000, pingInterval: 500 });
        client.once('ready', () => setTimeout(() => {
          block(4_000);
          tell('unblocked');
        }, 200));
      `,
      { isIdle: true },
    );
    expect({ dials, states }).toEqual({ dials: 1, states: [] });
  });

  test('for longer than pongTimeout again and again, with a single turn between', async () => {
    const { dials, states } = await run(
      'event loop of the client blocked again and again',
      `
        const client = follow({ pongTimeout: 800, pingInterval: 300 });
        const again = (left) => {
          block(1_200);
          if (left > 1) setImmediate(again, left - 1);
          else tell('unblocked');
        };
        client.once('ready', () => setTimeout(again, 200, 6));
      `,
      { isIdle: true },
    );
    expect({ dials, states }).toEqual({ dials: 1, states: [] });
  });

  test('for longer than connectTimeout and readyTimeout, while it dials and while it gets ready', async () => {
    const { dials, states } = await run(
      'event loop of the client blocked while it connects',
      `
        const client = follow({
          connectTimeout: 1_000,
          readyTimeout: 1_000,
          pingInterval: 300,
          connectionReadyHandler: async () => {
            const answer = new Promise((resolve) => client.once('message', resolve));
            block(2_500);
            await answer;
          },
        });
        client.once('ready', () => tell('unblocked'));
        block(2_500);
      `,
    );
    expect({ dials, states }).toEqual({ dials: 1, states: [] });
  });
});
