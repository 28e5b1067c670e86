import type { DatastreamServer } from '../../src/testing';
import { inChromium } from './in-engines';
import { connect } from './tasks';

jest.setTimeout(60_000);

const HOUR = 3_600_000;
/** What a client that is not let go of keeps on the heap at least, in bytes. */
const CLIENT_SIZE = 1_500;
/** A wait that no test lives to see the end of. */
const LONG_DELAY = { minReconnectDelay: 60_000, maxReconnectDelay: 60_000 };

/** Runs in the page: connects with a heartbeat that the server answers. */
async function connectWithHeartbeat(options: { url: string; pongTimeout?: number }): Promise<void> {
  const message = () => ({ data: { action: 'start', entity_type: 'rulesengine.Flags' } });
  stage.create({ ...options, heartbeat: { message } }).start();
  await stage.client.ready();
}

/** Runs in the page: waits for a message with this data. */
async function receive(data: unknown): Promise<void> {
  await stage.until(() => stage.messages.some((message) => (message as { data: unknown }).data === data));
}

function push(server: DatastreamServer, data: unknown): void {
  server.push({ data, entity_type: 'test', message_type: 'full' });
}

inChromium((scene) => {
  describe('a page that loses its network', () => {
    test('dials as soon as it is back, without having counted attempts', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url, ...LONG_DELAY, maxReconnectAttempts: 2 });
      await tab.page.setOffline(true);
      server.faults.terminateAll();
      const paused = await tab.run(async () => {
        await stage.until(() => stage.client.state.status === 'waiting');
        return stage.client.state;
      });
      expect(paused).toMatchObject({ paused: 'offline', attempt: 2 });
      await tab.page.setOffline(false);
      await tab.run(() => stage.client.ready());
      expect(server.upgrades).toHaveLength(2);
    });

    test('keeps a connection that outlives it', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      await tab.run(() => {
        const told: string[] = [];
        for (const type of ['offline', 'online']) addEventListener(type, () => void told.push(type));
        Object.assign(globalThis, { told });
      });
      await tab.page.setOffline(true);
      await tab.page.setOffline(false);
      push(server, 'after');
      const outcome = await tab.run(async () => {
        await stage.until(() => stage.messages.length === 1);
        const { told } = globalThis as unknown as { told: string[] };
        return { told, codes: stage.errors.map(({ code }) => code) };
      });
      expect([outcome, server.upgrades.length]).toEqual([{ told: ['offline', 'online'], codes: [] }, 1]);
    });

    test('waits for it when it is started without one', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.page.setOffline(true);
      await tab.run(
        async (options) => {
          stage.create(options).start();
          await stage.until(() => stage.client.state.status === 'waiting');
        },
        { url: server.url, ...LONG_DELAY, maxReconnectAttempts: 1 },
      );
      await tab.page.setOffline(false);
      await tab.run(() => stage.client.ready());
      expect(server.upgrades).toHaveLength(1);
    });
  });

  describe('a page that is left and comes back', () => {
    test('closes its connection meanwhile and opens another', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url, ...LONG_DELAY });
      await tab.page.leaveFor(scene.elsewhere());
      await (
        await server.connection()
      ).closed;
      expect(server.upgrades).toHaveLength(1);
      await tab.page.goBack();
      await tab.run(() => stage.client.ready());
      push(server, 'after');
      await tab.run(receive, 'after');
      const states = await tab.run(() => stage.states.map(({ status }) => status));
      // That these are all there shows that the page was kept, and not loaded again.
      const dialled = ['connecting', 'initializing', 'ready'];
      expect(states).toEqual([...dialled, 'waiting', ...dialled]);
    });

    test('stays closed when it was closed', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      await tab.run(async () => {
        addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
        await stage.client.close();
      });
      await tab.page.leaveFor(scene.elsewhere());
      await tab.page.goBack();
      const outcome = await tab.run(() => ({
        persisted: (globalThis as { persisted?: boolean }).persisted,
        status: stage.client.state.status,
        sockets: stage.held().sockets,
      }));
      expect([outcome, server.upgrades.length]).toEqual([{ persisted: true, status: 'closed', sockets: 0 }, 1]);
    });
  });

  describe('a link that swallows everything', () => {
    test('is noticed by the heartbeat, and another connection is opened', async () => {
      const server = await scene.server();
      const link = await scene.link(server);
      const tab = await scene.open();
      await tab.run(connectWithHeartbeat, { url: link.url, pongTimeout: 500 });
      link.swallow();
      const lost = tab.run(async () => {
        await stage.until(() => stage.errors.length === 1);
        return stage.errors.map(({ code }) => code);
      });
      link.reopen();
      expect(await lost).toEqual(['PONG_TIMEOUT']);
      await tab.run(() => stage.client.ready());
      push(server, 'after');
      await tab.run(receive, 'after');
    });

    test('does not hold up close()', async () => {
      const server = await scene.server();
      const link = await scene.link(server);
      const tab = await scene.open();
      await tab.run(connect, { url: link.url });
      link.swallow();
      const took = await tab.run(async () => {
        const start = performance.now();
        await stage.client.close();
        return performance.now() - start;
      });
      expect(took).toBeLessThan(500);
    });

    test('does not hold up the dial that replaces it', async () => {
      const server = await scene.server();
      const link = await scene.link(server);
      const tab = await scene.open();
      await tab.run(connect, { url: link.url });
      link.swallow();
      link.reopen();
      await tab.run(async () => {
        stage.client.reconnect();
        await stage.client.ready();
      });
      expect(server.upgrades).toHaveLength(2);
    });

    test('makes a message that cannot leave fail, and the connection with it', async () => {
      const server = await scene.server();
      const link = await scene.link(server);
      const tab = await scene.open();
      await tab.run(connect, { url: link.url, writeTimeout: 300 });
      link.swallow();
      link.reopen();
      const outcome = await tab.run(async () => {
        const sent = stage.client.sendMessage('x'.repeat(20_000_000));
        const code = await sent.then(
          () => 'sent',
          (error: unknown) => (error as { code: string }).code,
        );
        await stage.until(() => stage.errors.length === 1);
        await stage.client.ready();
        return [code, ...stage.errors.map(({ code }) => code)];
      });
      expect(outcome).toEqual(['WRITE_TIMEOUT', 'WRITE_TIMEOUT']);
    });
  });

  describe.each([
    ['ahead', HOUR],
    ['back', -HOUR],
  ])('a clock that is set %s by an hour', (_direction, jump) => {
    test('makes a connection that answers stay', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connectWithHeartbeat, { url: server.url });
      const asked = (await server.connection()).request();
      await tab.run((jump) => stage.moveClock(jump), jump);
      await asked;
      const codes = await tab.run(async () => {
        await stage.until(() => stage.messages.length === 1);
        return stage.errors.map(({ code }) => code);
      });
      expect([codes, server.upgrades.length]).toEqual([[], 1]);
    });

    test('makes a connection that cannot be asked be replaced', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      const again = server.connection(1);
      await tab.run(async (jump) => {
        stage.moveClock(jump);
        await stage.until(() => stage.errors.length === 1);
        await stage.client.ready();
      }, jump);
      expect((await again).isOpen).toBe(true);
    });
  });

  describe('a page that nobody looks at', () => {
    test('receives messages', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      await tab.page.hide();
      push(server, 'unseen');
      await tab.run(receive, 'unseen');
      expect(await tab.run(() => document.visibilityState)).toBe('hidden');
    });

    test('reconnects', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      await tab.page.hide();
      server.faults.closeAll(1001);
      const visibility = await tab.run(async () => {
        await stage.until(() => stage.errors.length === 1);
        await stage.client.ready();
        return document.visibilityState;
      });
      expect(visibility).toBe('hidden');
    });

    test('keeps a connection that has been silent for long until somebody looks', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      await tab.page.hide();
      const codesWhileHidden = await tab.run(async (jump) => {
        stage.moveClock(jump);
        const { timersRun } = stage;
        // The client looks at the clock, and then at what has arrived: a timer each. The third is after both.
        await stage.until(() => stage.timersRun >= timersRun + 3);
        return stage.errors.map(({ code }) => code);
      }, HOUR);
      await tab.page.show();
      await tab.run(async () => {
        await stage.until(() => stage.errors.length === 1);
        await stage.client.ready();
      });
      expect([codesWhileHidden, server.upgrades.length]).toEqual([[], 2]);
    });

    test('dials when somebody looks and the time of the wait has passed, as after sleep', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url, ...LONG_DELAY });
      server.faults.terminateAll();
      await tab.run(() => stage.until(() => stage.client.state.status === 'waiting'));
      await tab.page.hide();
      await tab.run((jump) => stage.moveClock(jump), HOUR);
      await tab.page.show();
      await tab.run(() => stage.client.ready());
      expect(server.upgrades).toHaveLength(2);
    });
  });

  test('1 000 clients that were created and closed leave no listener and no memory', async () => {
    const server = await scene.server();
    const tab = await scene.open();
    const createAndClose = (count: number) =>
      tab.run(
        // One after the other: Chromium makes sockets that are opened at the same time wait for seconds.
        async ({ url, count }) => {
          const auth = SchematicDatastream.queryAuth();
          for (let index = 0; index < count; index++) {
            const messageHandler = () => undefined;
            const client = new SchematicDatastream.DatastreamClient({ url, apiKey: 'key-1', auth, messageHandler });
            client.start();
            await client.ready();
            await client.close();
          }
          stage.sockets.length = 0;
        },
        { url: server.url, count },
      );
    await tab.run(connect, { url: server.url });
    const { listeners } = await tab.page.measure();
    await tab.run(() => stage.client.close());
    // What the engine itself keeps of running code for the first time is there after these.
    await createAndClose(200);
    const before = await tab.page.measure();
    await createAndClose(1_000);
    const after = await tab.page.measure();
    expect([listeners > 0, before.listeners, after.listeners]).toEqual([true, 0, 0]);
    expect((after.heap - before.heap) / 1_000).toBeLessThan(CLIENT_SIZE / 5);
    expect(server.connections).toEqual([]);
  });
});
