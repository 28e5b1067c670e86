import { useLoopback } from '../../support/loopback';
import { NumberedMessages } from '../../support/numbered-messages';
import { journalOf, next } from '../../support/watch';
import { inEveryProxy } from './in-every-proxy';

const IDLE_TIMEOUT = 2_000;
const loopback = useLoopback();

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
    const { messages, states, errors, connection } = await follow(IDLE_TIMEOUT / 4);
    // So many take more than twice the time that the proxy gives.
    for (let pings = 0; pings < 9; pings += 1) await connection.nextPing();
    await messages.send(connection);
    messages.record(`${name}: idle timeout, pings`);
    expect([states.all, errors.all, connection.isOpen]).toEqual([[], [], true]);
  });

  test('a connection that pings too seldom is cut and comes back, and nothing but the loss is told', async () => {
    const { server, client, messages, states, errors, connection } = await follow(50_000);
    await messages.send(connection, 10);
    await next(client, 'ready');
    await messages.send(await server.connection(1), 10);
    messages.record(`${name}: idle timeout, no pings`);
    expect(states.all.map(({ status }) => status)).toEqual(['waiting', 'connecting', 'initializing', 'ready']);
    expect(errors.all).toEqual([expect.objectContaining({ code: 'CONNECTION_CLOSED', retryable: true })]);
    expect(messages.tally()).toEqual({ sent: 20, lost: 0, outOfOrder: 0, duplicated: 0, cutOff: 0 });
  });
});
