import type { ServerConnection } from '../../../src/testing';
import { useLoopback } from '../../support/loopback';
import { allOf, NumberedMessages } from '../../support/numbered-messages';
import { NOTHING_WRONG } from '../../support/tally';
import { deferred, journalOf, next } from '../../support/watch';
import { inEveryProxy } from './in-every-proxy';

const IDLE_TIMEOUT = 2_000;
const loopback = useLoopback();

/** So many pings, at a quarter of the proxy's time each, that this is more than twice its time. */
async function pings(connection: ServerConnection): Promise<void> {
  for (let count = 0; count < 9; count += 1) await connection.nextPing();
}

inEveryProxy(({ name, start }) => {
  /** A client that follows a server through a proxy that is quick to cut. */
  async function follow(pingInterval: number) {
    const server = await loopback.datastream();
    const proxy = await start({ to: server, idleTimeout: IDLE_TIMEOUT });
    const messages = new NumberedMessages();
    const client = await loopback.readyClient(proxy, { messageHandler: messages.handler, pingInterval });
    const [states, errors] = [journalOf(client, 'state'), journalOf(client, 'error')];
    return { server, client, messages, states, errors, connection: await server.connection() };
  }

  test('pings keep a connection on which nothing else moves', async () => {
    const { client, messages, states, errors, connection } = await follow(IDLE_TIMEOUT / 4);
    await pings(connection);
    await messages.send(connection);
    messages.record(`${name}: idle timeout, pings`, client);
    expect([states.all, errors.all, connection.isOpen]).toEqual([[], [], true]);
  });

  // nginx keeps such a connection, thanks to the pings; HAProxy cuts it, since what it holds for the client does not move.
  test('a handler that waits for longer than the proxy does gets all that had arrived, and what comes after', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server, idleTimeout: IDLE_TIMEOUT });
    const [messages, gate] = [new NumberedMessages(), deferred()];
    const client = await loopback.readyClient(proxy, {
      messageHandler: async (message) => {
        await gate.promise;
        messages.handler(message);
      },
      queueSize: 10,
      pingInterval: IDLE_TIMEOUT / 4,
    });
    const connection = await server.connection();
    // More than fits into the buffers on the way.
    const isThrough = messages.send(connection, 2_000, 10_000);
    // Those of a connection that is cut come to no end.
    await pings(connection).catch(() => undefined);
    gate.resolve();
    await Promise.race([isThrough, connection.closed]);
    await messages.send(connection.isOpen ? connection : await server.connection(1));
    await client.ready();
    messages.record(`${name}: idle timeout, handler that waits`, client);
    expect(messages.count()).toMatchObject({ sent: 2_001, ...NOTHING_WRONG });
    // What lay in the inbox and in the kernel, at least.
    expect(messages.received.length).toBeGreaterThan(20);
  });

  test('a connection that pings too seldom is cut and comes back, and nothing but the loss is told', async () => {
    const { server, client, messages, states, errors, connection } = await follow(50_000);
    await messages.send(connection, 10);
    await next(client, 'ready');
    await messages.send(await server.connection(1), 10);
    messages.record(`${name}: idle timeout, no pings`, client);
    expect(states.all.map(({ status }) => status)).toEqual(['waiting', 'connecting', 'initializing', 'ready']);
    expect(errors.all).toEqual([expect.objectContaining({ code: 'CONNECTION_CLOSED', retryable: true })]);
    expect(messages.count()).toEqual(allOf(20));
  });
});
