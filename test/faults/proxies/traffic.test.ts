import { useLoopback } from '../../support/loopback';
import { showsKey } from '../../support/marker';
import { allOf, NumberedMessages } from '../../support/numbered-messages';
import { textFrame, switchingProtocols } from '../../support/tcp-server';
import { deferred, journalOf, next } from '../../support/watch';
import { inEveryProxy } from './in-every-proxy';

const MEGABYTES = 1_024 * 1_024;
const loopback = useLoopback();

inEveryProxy(({ name, start }) => {
  test('a burst of 10 000 messages arrives whole and in order', async () => {
    const server = await loopback.datastream();
    const messages = new NumberedMessages();
    const client = await loopback.readyClient(await start({ to: server }), { messageHandler: messages.handler });
    await messages.send(await server.connection(), 10_000);
    messages.record(`${name}: burst of 10 000`, client);
    expect(messages.count()).toEqual(allOf(10_000));
  });

  test('a burst arrives whole and in order at a handler that is slower than the proxy', async () => {
    const server = await loopback.datastream();
    const messages = new NumberedMessages();
    const client = await loopback.readyClient(await start({ to: server }), {
      messageHandler: async (message) => {
        await new Promise((resolve) => setImmediate(resolve));
        messages.handler(message);
      },
      queueSize: 10,
    });
    const errors = journalOf(client, 'error');
    await messages.send(await server.connection(), 10_000);
    messages.record(`${name}: burst of 10 000, slow handler`, client);
    expect([errors.all, messages.count()]).toEqual([[], allOf(10_000)]);
  });

  test('a message of 5 MB arrives whole', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(await start({ to: server }));
    const message = next(client, 'message');
    const data = 'x'.repeat(5 * MEGABYTES);
    (await server.connection()).push({ entity_type: 'test', message_type: 'full', data });
    expect(await message).toEqual({ entity_type: 'test', message_type: 'full', data });
  });

  test('a message of 5 MB is sent whole', async () => {
    const server = await loopback.datastream();
    const client = await loopback.readyClient(await start({ to: server }));
    const frame = (await server.connection()).nextFrame();
    const message = { data: { action: 'start', entity_type: 'x'.repeat(5 * MEGABYTES) } };
    await client.sendMessage(message);
    expect(JSON.parse(String(await frame))).toEqual(message);
  });

  test('a small message is not held back until there are more', async () => {
    const server = await loopback.datastream();
    const messages = new NumberedMessages();
    await loopback.readyClient(await start({ to: server }), { messageHandler: messages.handler });
    const connection = await server.connection();
    // The next one goes out when the one before it has arrived.
    for (let count = 0; count < 100; count += 1) await messages.send(connection);
    expect(messages.count()).toEqual(allOf(100));
  });

  test('an answer that comes in pieces, the last with a frame at its end, opens the connection and loses no frame', async () => {
    const server = await loopback.tcp();
    const client = loopback.client(await start({ to: server }));
    const message = next(client, 'message');
    client.start();
    const peer = await server.peers.at(0);
    const answer = Buffer.from(switchingProtocols(await peer.request));
    peer.socket.setNoDelay();
    for (let at = 0; at < answer.length; at += 10) {
      const frame = at + 10 < answer.length ? Buffer.alloc(0) : textFrame('"first"');
      const written = deferred();
      peer.socket.write(Buffer.concat([answer.subarray(at, at + 10), frame]), () => written.resolve());
      await written.promise;
    }
    expect(await message).toBe('first');
  });

  test('the log of the proxy does not show the key', async () => {
    const server = await loopback.datastream();
    const proxy = await start({ to: server });
    const client = await loopback.readyClient(proxy);
    await client.close();
    await proxy.end();
    expect([proxy.log().includes('GET /datastream'), showsKey(proxy.log())]).toEqual([true, false]);
  });
});
