import { WebSocket } from 'ws';
import { inEveryEngine } from './in-engines';
import type { Load } from './site';
import { connect } from './tasks';

jest.setTimeout(30_000);

const FLAGS = { data: { action: 'start', entity_type: 'rulesengine.Flags' } };
const LOADS: [how: string, load: Load][] = [
  ['the UMD by <script>', 'index.umd.js'],
  ['the minified UMD by <script>', 'index.umd.min.js'],
  ['the ES module by <script type=module>', 'index.browser.js'],
];

inEveryEngine((scene) => {
  describe.each(LOADS)('a page that loads %s', (_how, load) => {
    test('connects, sends, receives and closes', async () => {
      const server = await scene.server({ flags: [{ key: 'beta', default_value: true }] });
      const tab = await scene.open(load);
      await tab.run(connect, { url: server.url });
      const received = await tab.run(async (request) => {
        await stage.client.sendMessage(request);
        await stage.until(() => stage.messages.length === 1);
        await stage.client.close();
        return stage.messages;
      }, FLAGS);
      expect(received).toEqual([expect.objectContaining({ data: [{ key: 'beta', default_value: true }] })]);
    });

    test('finds every export of the package', async () => {
      const tab = await scene.open(load);
      const names = await tab.run(() => Object.keys(SchematicDatastream).sort());
      expect(names).toEqual(Object.keys(jest.requireActual('../../src')).sort());
    });
  });

  test('a worker connects without a page of its own', async () => {
    const server = await scene.server();
    const tab = await scene.open();
    const told = await tab.run(async (url) => {
      const script = `
        importScripts('${location.origin}/dist/index.umd.js');
        const client = new SchematicDatastream.DatastreamClient({ url: '${url}', apiKey: 'key-1', messageHandler() {} });
        client.start();
        client.ready().then(() => client.close()).then(() => postMessage(client.state.status));`;
      const worker = new Worker(URL.createObjectURL(new Blob([script])));
      return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    }, server.url);
    const connection = await server.connection();
    expect([told, (await connection.closed).code]).toEqual(['closed', 1000]);
  });

  describe('the key', () => {
    const KEY = 'key&=?/+#%';

    test.each(['query', 'subprotocol', 'message'] as const)('opens the server by %sAuth', async (name) => {
      const server = await scene.server({ apiKeys: [KEY], messageAuth: true });
      const tab = await scene.open();
      await tab.run(
        async ({ url, apiKey, name, request }) => {
          const { queryAuth, subprotocolAuth, messageAuth } = SchematicDatastream;
          const strategies = {
            query: queryAuth(),
            subprotocol: subprotocolAuth({ protocol: 'datastream' }),
            message: messageAuth((key) => ({ apiKey: key })),
          };
          stage.create({ url, apiKey, auth: strategies[name] }).start();
          await stage.client.ready();
          await stage.client.sendMessage(request);
          // Only a connection that is let in gets an answer.
          await stage.until(() => stage.messages.length === 1);
        },
        { url: server.url, apiKey: KEY, name, request: FLAGS },
      );
      const connection = await server.connection();
      expect([connection.apiKey, connection.protocol]).toEqual([KEY, name === 'subprotocol' ? 'datastream' : '']);
    });

    test('goes into the query, with one warning, when no strategy is given', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url, apiKey: KEY });
      const warnings = await tab.run(() => stage.warnings);
      expect([(await server.connection()).apiKey, warnings]).toEqual([KEY, [expect.stringContaining('query')]]);
    });

    test('cannot be sent by headerAuth, which fails at construction', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      const error = await tab.run((url) => {
        try {
          stage.create({ url, auth: SchematicDatastream.headerAuth() });
        } catch (error) {
          const { code, option } = error as InstanceType<typeof SchematicDatastream.InvalidOptionError>;
          return { code, option };
        }
        return undefined;
      }, server.url);
      expect([error, server.upgrades]).toEqual([{ code: 'INVALID_OPTION', option: 'auth' }, []]);
    });

    test('that is refused with 4001 ends the client at once', async () => {
      const server = await scene.server({ apiKeys: ['another'] });
      server.rejectKeys('close', 0);
      const tab = await scene.open();
      const before = await tab.run(() => stage.held());
      const codes = await tab.run(async (url) => {
        stage.create({ url }).start();
        await stage.until(() => stage.client.state.status === 'closed');
        return stage.errors.map(({ code }) => code);
      }, server.url);
      expect([codes, server.upgrades.length]).toEqual([['UNAUTHORIZED'], 1]);
      expect(await tab.run(() => stage.held())).toEqual(before);
    });

    test('that is refused with 4001 is asked for once more where a function gives it', async () => {
      const server = await scene.server({ apiKeys: ['fresh'] });
      server.rejectKeys('close', 0);
      const tab = await scene.open();
      await tab.run(async (url) => {
        const keys = ['stale', 'fresh'];
        const client = stage.create({ url, apiKey: () => Promise.resolve(keys.shift() ?? '') });
        client.start();
        await stage.until(() => stage.states.some(({ status }) => status === 'waiting'));
        await client.ready();
      }, server.url);
      expect(server.upgrades.map(({ apiKey }) => apiKey)).toEqual(['stale', 'fresh']);
    });

    test('that is refused on the upgrade, which a page cannot see, exhausts the attempts', async () => {
      const server = await scene.server({ apiKeys: ['another'] });
      const tab = await scene.open();
      const codes = await tab.run(async (url) => {
        stage.create({ url, maxReconnectAttempts: 3 }).start();
        await stage.until(() => stage.client.state.status === 'closed');
        return stage.errors.map(({ code }) => code);
      }, server.url);
      const failed = 'CONNECT_FAILED';
      expect([codes, server.upgrades.length]).toEqual([[failed, failed, failed, 'ATTEMPTS_EXHAUSTED'], 3]);
    });
  });

  describe('messages', () => {
    const BURST = 10_000;
    const numbered = (index: number) => ({ data: index, entity_type: 'test', message_type: 'full' });

    test('of a burst arrive in order and complete', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      server.faults.burst(BURST, numbered);
      const numbers = await tab.run(async (count) => {
        await stage.until(() => stage.messages.length >= count);
        return stage.messages.map((message) => (message as { data: number }).data);
      }, BURST);
      expect(numbers).toEqual(Array.from({ length: BURST }, (_, index) => index));
    });

    test('of a burst are handled one at a time by a handler that takes its time', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(
        async ({ url, queueSize }) => {
          const handled: unknown[] = [];
          Object.assign(globalThis, { handled });
          let running = 0;
          const messageHandler = async (message: unknown) => {
            running++;
            await Promise.resolve();
            handled.push([running, (message as { data: number }).data]);
            running--;
          };
          stage.create({ url, queueSize, messageHandler }).start();
          await stage.client.ready();
        },
        { url: server.url, queueSize: BURST },
      );
      server.faults.burst(BURST, numbered);
      const handled = await tab.run(async (count) => {
        await stage.until(() => stage.client.stats().messages === count);
        const { handled } = globalThis as unknown as { handled: unknown[] };
        while (handled.length < count) await Promise.resolve();
        return handled;
      }, BURST);
      expect(handled).toEqual(Array.from({ length: BURST }, (_, index) => [1, index]));
    });

    test('that the handler does not keep up with are reported, and the next connection heals the gap', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(async (url) => {
        const messageHandler = () => new Promise<void>(() => undefined);
        stage.create({ url, queueSize: 10, messageHandler }).start();
        await stage.client.ready();
      }, server.url);
      const reconnected = server.connection(1);
      server.faults.burst(100, numbered);
      const codes = await tab.run(async () => {
        await stage.until(() => stage.errors.length > 0);
        await stage.client.ready();
        return stage.errors.map(({ code }) => code);
      });
      expect([codes, (await reconnected).isOpen]).toEqual([['QUEUE_OVERFLOW'], true]);
    });

    const FIVE_MEGABYTES = 5_000_000;

    test('of 5 MB arrive', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      const half = 'flag '.repeat(FIVE_MEGABYTES / 10);
      server.push({ data: [half, half], entity_type: 'test', message_type: 'full' });
      const isWhole = await tab.run(async (length) => {
        await stage.until(() => stage.messages.length === 1);
        const [first, second] = (stage.messages[0] as { data: string[] }).data;
        return first === second && first === 'flag '.repeat(length / 10);
      }, FIVE_MEGABYTES);
      expect(isWhole).toBe(true);
    });

    test('of 5 MB are sent', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      const frame = (await server.connection()).nextFrame();
      await tab.run((length) => stage.client.sendMessage('x'.repeat(length)), FIVE_MEGABYTES);
      expect((await frame).length).toBe(FIVE_MEGABYTES + '""'.length);
    });

    test('in binary frames are read as text', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      (await server.connection()).send(new TextEncoder().encode('{"entity_type":"bär"}'));
      const received = await tab.run(async () => {
        await stage.until(() => stage.messages.length === 1);
        return stage.messages;
      });
      expect(received).toEqual([{ entity_type: 'bär' }]);
    });

    test('that are malformed give an error and leave the connection alone', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      server.faults.sendGarbage();
      server.faults.burst(1, numbered);
      const codes = await tab.run(async () => {
        await stage.until(() => stage.messages.length === 1);
        return stage.errors.map(({ code }) => code);
      });
      expect([codes, server.upgrades.length]).toEqual([['MALFORMED_MESSAGE'], 1]);
    });
  });

  describe('a lost connection', () => {
    test('comes back after a restart of the server, and asks for the flags again before it is ready', async () => {
      const server = await scene.server({ flags: [{ key: 'old' }] });
      const tab = await scene.open();
      await tab.run(
        async ({ url, request }) => {
          stage.create({ url, connectionReadyHandler: () => stage.client.sendMessage(request) }).start();
          await stage.until(() => stage.messages.length === 1);
        },
        { url: server.url, request: FLAGS },
      );
      server.setFlags([{ key: 'new' }]);
      await server.restart();
      const received = await tab.run(async () => {
        await stage.until(() => stage.messages.length === 3);
        return stage.messages.map((message) => (message as { data: { key: string }[] }).data[0]?.key);
      });
      expect([received, server.connections.length]).toEqual([['old', 'new', 'new'], 1]);
    });

    test('comes back when the server was away for some time', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url, maxReconnectAttempts: 1_000 });
      const restarted = server.restart({ downFor: 300 });
      const codes = await tab.run(async () => {
        await stage.until(() => stage.errors.length > 1);
        await stage.client.ready();
        return stage.errors.map(({ code }) => code);
      });
      await restarted;
      expect([codes[0], new Set(codes.slice(1))]).toEqual(['CONNECTION_CLOSED', new Set(['CONNECT_FAILED'])]);
    });

    test.each([
      [1000, [1000]],
      [1001, [1001]],
      [1011, [1011]],
      // WebKitGTK takes a code that it does not know for a broken protocol.
      [1012, [1012, 1006]],
      [4321, [4321]],
    ])('comes back after close code %d', async (code, seen) => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      const again = server.connection(1);
      server.faults.closeAll(code);
      const closeCode = await tab.run(async () => {
        await stage.until(() => stage.errors.length === 1);
        await stage.client.ready();
        return stage.errors.map((error) => ('closeCode' in error ? error.closeCode : undefined))[0];
      });
      expect(seen).toContain(closeCode);
      expect((await again).isOpen).toBe(true);
    });

    test.each(['terminateAll', 'resetAll'] as const)('comes back after %s', async (fault) => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      const again = server.connection(1);
      server.faults[fault]();
      await tab.run(async () => {
        await stage.until(() => stage.errors.length === 1);
        await stage.client.ready();
      });
      expect((await again).isOpen).toBe(true);
    });
  });

  // A browser opens one socket to a host at a time, so one that is not let go of would hold up all that follow; and
  // Firefox takes its time, up to half a second, before it dials again.
  test('a server that does not answer the upgrade is given up in time, and dialled again', async () => {
    const server = await scene.server();
    server.faults.stallUpgrades({ times: 1 });
    const tab = await scene.open();
    await tab.run(connect, { url: server.url, connectTimeout: 1_000 });
    const codes = await tab.run(() => stage.errors.map(({ code }) => code));
    expect([codes, server.upgrades.map(({ outcome }) => outcome)]).toEqual([
      ['CONNECT_TIMEOUT'],
      ['stalled', 'accepted'],
    ]);
  });

  describe('close()', () => {
    test('leaves no listener, no timer and no socket', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      const before = await tab.run(() => stage.held());
      await tab.run(connect, { url: server.url });
      const during = await tab.run(() => stage.held());
      await tab.run(() => stage.client.close());
      expect(during).toEqual({ listeners: before.listeners + 6, timers: before.timers + 1, sockets: 1 });
      expect(await tab.run(() => stage.held())).toEqual(before);
    });

    test('says good-bye to the server with 1000', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      await tab.run(() => stage.client.close());
      expect(await (await server.connection()).closed).toEqual({ code: 1000, reason: '' });
    });

    test('while connecting opens nothing', async () => {
      const server = await scene.server();
      server.faults.stallUpgrades();
      const tab = await scene.open();
      const before = await tab.run(() => stage.held());
      await tab.run((url) => stage.create({ url }).start(), server.url);
      await server.upgrade();
      const statuses = await tab.run(async () => {
        await stage.client.close();
        await stage.until(() => stage.held().sockets === 0);
        return stage.states.map(({ status }) => status);
      });
      expect(statuses).toEqual(['connecting', 'closed']);
      expect(await tab.run(() => stage.held())).toEqual(before);
    });

    test('while waiting for the next dial leaves nothing', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      const before = await tab.run(() => stage.held());
      await tab.run(connect, { url: server.url, minReconnectDelay: 60_000, maxReconnectDelay: 60_000 });
      server.faults.terminateAll();
      await tab.run(async () => {
        await stage.until(() => stage.client.state.status === 'waiting');
        await stage.client.close();
      });
      expect(await tab.run(() => stage.held())).toEqual(before);
    });

    test('in the middle of a burst ends the delivery at once', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      await tab.run(connect, { url: server.url });
      server.faults.burst(1_000);
      const delivered = await tab.run(async () => {
        await stage.until(() => stage.messages.length >= 100);
        const closed = stage.client.close();
        const atClose = stage.messages.length;
        await closed;
        return { atClose, atEnd: stage.messages.length };
      });
      expect(delivered.atEnd).toBe(delivered.atClose);
    });

    test('between two starts in one turn leaves one socket', async () => {
      const server = await scene.server();
      const tab = await scene.open();
      const sockets = await tab.run(async (url) => {
        const client = stage.create({ url });
        client.start();
        void client.close();
        client.start();
        await client.ready();
        await stage.until(() => stage.held().sockets === 1);
        return stage.sockets.map(({ readyState }) => readyState);
      }, server.url);
      expect(sockets).toEqual([WebSocket.CLOSED, WebSocket.OPEN]);
    });
  });
});
