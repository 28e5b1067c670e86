import { useLoopback } from '../../support/loopback';
import { allOf, NumberedMessages } from '../../support/numbered-messages';
import { journalOf, next } from '../../support/watch';
import { inEveryProxy } from './in-every-proxy';

const STATUS_GONE = { nginx: 502, haproxy: 503 };
const MESSAGES = 100;
const loopback = useLoopback();

inEveryProxy(({ name, start }) => {
  const goneWith = (status: number) => ({
    code: 'UPGRADE_REFUSED',
    httpStatus: status,
    retryable: true,
    message: `The server refused the upgrade with status ${status}`,
  });

  test(`a server that is gone is a refusal with ${STATUS_GONE[name]}, which is retried`, async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server });
    await server.stop();
    const client = loopback.client(proxy, { maxReconnectAttempts: 3 });
    const [errors, closed] = [journalOf(client, 'error'), next(client, 'closed')];
    client.start();
    await closed;
    expect(errors.all.slice(0, 3)).toEqual(Array(3).fill(expect.objectContaining(goneWith(STATUS_GONE[name]))));
  });

  test('a server that is gone with a Retry-After is left alone for that long', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server, retryAfterGone: 7 });
    await server.stop();
    const client = loopback.client(proxy);
    const waiting = next(client, 'waiting');
    client.start();
    expect(await waiting).toMatchObject({ delay: 7_000, error: { ...goneWith(503), retryAfter: 7_000 } });
  });

  test('a client finds its way back when the server restarts', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server });
    const messages = new NumberedMessages();
    const settings = { messageHandler: messages.handler, maxReconnectAttempts: Infinity };
    const client = await loopback.readyClient(proxy, settings);
    const [errors, isBack] = [journalOf(client, 'error'), next(client, 'ready')];
    await messages.send(await server.connection(), MESSAGES);
    // Long enough for dials that the proxy has to refuse.
    await server.restart({ downFor: 200 });
    await isBack;
    await messages.send(await server.connection(1), MESSAGES);
    messages.record(`${name}: server restarts`, client);
    expect(errors.all[0]).toMatchObject({ code: 'CONNECTION_CLOSED', closeCode: 1012 });
    expect(errors.all[1]).toMatchObject({ code: 'UPGRADE_REFUSED', httpStatus: STATUS_GONE[name] });
    expect(messages.count()).toEqual(allOf(2 * MESSAGES));
  });

  test('a close of the server comes through with its code and reason', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(await start({ to: server }));
    const error = next(client, 'error');
    server.faults.closeAll(4321, 'deploy');
    expect(await error).toMatchObject({ code: 'CONNECTION_CLOSED', closeCode: 4321, reason: 'deploy' });
  });

  test('a reset of the server is a loss, and the client comes back', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(await start({ to: server }));
    const [errors, isBack] = [journalOf(client, 'error'), next(client, 'ready')];
    server.faults.resetAll();
    await isBack;
    expect(errors.all).toEqual([expect.objectContaining({ code: 'CONNECTION_CLOSED', closeCode: 1006 })]);
  });

  test('a proxy that restarts gets its clients back', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server });
    const messages = new NumberedMessages();
    const client = await loopback.readyClient(proxy, {
      messageHandler: messages.handler,
      maxReconnectAttempts: Infinity,
    });
    const [isBack, errors] = [next(client, 'ready'), journalOf(client, 'error')];
    await messages.send(await server.connection(), MESSAGES);
    await proxy.end();
    // The loss itself, and a dial to a port on which nothing listens.
    await errors.at(1);
    await proxy.restart();
    await isBack;
    await messages.send(await server.connection(1), MESSAGES);
    messages.record(`${name}: proxy restarts`, client);
    expect(errors.all.slice(0, 2).map(({ code }) => code)).toEqual(['CONNECTION_CLOSED', 'CONNECT_FAILED']);
    expect(messages.count()).toEqual(allOf(2 * MESSAGES));
  });

  test('a user who closes reaches the server with 1000', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(await start({ to: server }));
    const { closed } = await server.connection();
    await client.close();
    expect(await closed).toEqual({ code: 1000, reason: '' });
  });
});
