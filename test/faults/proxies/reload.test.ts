import type { DatastreamServer } from '../../../src/testing';
import { useKept } from '../../support/kept';
import { useLoopback } from '../../support/loopback';
import { allOf, NumberedMessages } from '../../support/numbered-messages';
import { HaProxy } from '../../support/proxies/haproxy';
import type { ReverseProxy } from '../../support/proxies/reverse-proxy';
import { describeWhere, program } from '../../support/requirement';
import { journalOf, next } from '../../support/watch';
import { inEveryProxy } from './in-every-proxy';

const DRAIN_TIME = 500;
const MESSAGES = 100;
const loopback = useLoopback();
const keep = useKept();

/** A client that follows one server through a proxy, and another server, to which the proxy can be turned. */
async function follow(start: (server: DatastreamServer) => Promise<ReverseProxy>) {
  const [former, latter] = [await loopback.datastream(), await loopback.datastream()];
  const proxy = await start(former);
  const messages = new NumberedMessages();
  const client = await loopback.readyClient(proxy, { messageHandler: messages.handler });
  const [states, errors] = [journalOf(client, 'state'), journalOf(client, 'error')];
  return { former, latter, proxy, messages, client, states, errors, connection: await former.connection() };
}

inEveryProxy(({ name, start }) => {
  test('a client stays on its connection through a reload that lets connections end by themselves', async () => {
    const { latter, proxy, messages, client, states, connection } = await follow((to) => start({ to }));
    await messages.send(connection, MESSAGES);
    await proxy.reload({ to: latter });
    await messages.send(connection, MESSAGES);
    messages.record(`${name}: reload`, client);
    expect([states.all, latter.connections.length]).toEqual([[], 0]);
    expect(messages.count()).toEqual(allOf(2 * MESSAGES));
  });

  test('a client that comes after a reload is served by the new configuration', async () => {
    const { former, latter, proxy } = await follow((to) => start({ to }));
    await proxy.reload({ to: latter });
    await loopback.readyClient(proxy);
    expect([former.connections.length, latter.connections.length]).toEqual([1, 1]);
  });

  test('a client moves on when the reload lets nobody stay', async () => {
    const drained = { drainTime: DRAIN_TIME };
    const { latter, proxy, messages, client, errors, connection } = await follow((to) => start({ to, ...drained }));
    const isBack = next(client, 'ready');
    await messages.send(connection, MESSAGES);
    await proxy.reload({ to: latter, ...drained });
    await messages.send(connection, MESSAGES);
    await isBack;
    await messages.send(await latter.connection(), MESSAGES);
    messages.record(`${name}: reload, drained`, client);
    expect(errors.all).toEqual([expect.objectContaining({ code: 'CONNECTION_CLOSED', retryable: true })]);
    expect(messages.count()).toEqual(allOf(3 * MESSAGES));
  });
});

describeWhere([program('haproxy')], 'haproxy -sf', () => {
  test('hands the port over, and a client stays on its connection', async () => {
    let haproxy: HaProxy | undefined;
    const { latter, messages, client, states, connection } = await follow(async (to) => {
      haproxy = await keep(HaProxy.start({ to }));
      return haproxy;
    });
    await messages.send(connection, MESSAGES);
    await haproxy?.handOver({ to: latter });
    await messages.send(connection, MESSAGES);
    messages.record('haproxy: -sf', client);
    expect([states.all, latter.connections.length]).toEqual([[], 0]);
    expect(messages.count()).toEqual(allOf(2 * MESSAGES));
  });
});
