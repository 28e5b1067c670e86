import type { DatastreamServer } from '../../../../src/testing';
import { KEY, type Script } from '../contestant';
import type { Scenario } from '../scenario';
import type { Stage } from '../stage';

/** What counts as at once, for what has only to happen at all. */
const SOON = 10_000;
const QUICK = { minReconnectDelay: 100, maxReconnectDelay: 200 };
const PATIENCE = 3_000;

/** How often a client dials within three seconds of its start, with its default delays. */
async function upgradesIn3Seconds(
  stage: Stage,
  script: Partial<Script>,
  misbehave: (server: DatastreamServer) => void,
): Promise<number> {
  const server = await stage.loopback.datastream();
  misbehave(server);
  const contestant = await stage.contestant({ url: server.url, ...script });
  await contestant.call(['start']);
  await stage.pass(PATIENCE);
  return server.upgrades.length;
}

/** Dialling: how often, how soon, how long. */
export const connecting: Scenario[] = [
  {
    situation: '50 clients lose the server together',
    measured: 'come back in the fullest 100 ms',
    better: 'less',
    // 40 such spans lie in the first window of the ladder, and a loaded machine puts some of them together.
    promised: 20,
    pace: 'busy',
    async run(stage) {
      const clients = 50;
      const server = await stage.loopback.datastream({ apiKeys: [KEY] });
      await stage.readyContestant({ url: server.url, clients });
      server.faults.closeAll(1012);
      await server.upgrade(2 * clients - 1);
      const arrivals = server.upgrades.slice(clients).map(({ at }) => at);
      return Math.max(...arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + 100).length));
    },
  },
  {
    situation: 'the server accepts, then closes at once, again and again',
    measured: 'upgrades in 3 s',
    better: 'less',
    promised: 2,
    pace: 'busy',
    run: (stage) => upgradesIn3Seconds(stage, {}, (server) => server.faults.dropAfterAccept()),
  },
  {
    situation: 'the key is rejected with close code 4001',
    measured: 'upgrades in 3 s',
    better: 'less',
    promised: 1,
    pace: 'busy',
    run: (stage) => upgradesIn3Seconds(stage, {}, (server) => server.faults.dropAfterAccept({ code: 4001 })),
  },
  {
    situation: 'the ready handler always fails',
    measured: 'upgrades in 3 s',
    better: 'less',
    promised: 2,
    pace: 'busy',
    run: (stage) => upgradesIn3Seconds(stage, { readyHandler: 'fail', readyFailures: 1e9 }, () => undefined),
  },
  {
    situation: 'the ready handler fails once, and the end of the first socket comes late',
    measured: 'of 10 messages, sent on the second connection',
    better: 'more',
    promised: 10,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const script: Script = { url: server.url, options: QUICK, readyHandler: 'fail', readyFailures: 1 };
      const ready = stage.readyContestant(script);
      const first = await server.connection(0);
      first.silence();
      const contestant = await ready;
      first.resume();
      await first.closed;
      await stage.pass(500);
      const { sent } = await contestant.call<{ sent: number }>(['send', { count: 10, within: SOON }]);
      return sent;
    },
  },
  {
    situation: 'the connection is lost while the ready handler runs',
    measured: 'dials again within 10 s',
    better: 'more',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.contestant({ url: server.url, options: QUICK, readyHandler: 'ask' });
      await contestant.call(['start']);
      const connection = await server.connection(0);
      await connection.request();
      connection.close(1011);
      return Number(await stage.happens(server.upgrade(1), SOON));
    },
  },
  {
    situation: 'the server closes with 1001, five times (deploys)',
    measured: 'times it is ready again within 10 s',
    better: 'more',
    promised: 5,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url, options: QUICK });
      let times = 0;
      for (; times < 5; times += 1) {
        server.faults.closeAll(1001);
        if (!(await stage.happens(contestant.call(['untilReady', { times: times + 2 }]), SOON))) break;
      }
      return times;
    },
  },
  {
    situation: 'the key is refused with HTTP 401',
    measured: 'upgrades in 8 s',
    better: 'less',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream({ apiKeys: [] });
      const contestant = await stage.contestant({ url: server.url });
      await contestant.call(['start']);
      await stage.pass(8_000);
      return server.upgrades.length;
    },
  },
  {
    situation: 'the key is refused with HTTP 401',
    measured: 'the application is told of the 401 within 8 s',
    better: 'more',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream({ apiKeys: [] });
      const contestant = await stage.contestant({ url: server.url });
      await contestant.call(['start']);
      return Number(await stage.happens(contestant.call(['untilError', { including: '401' }]), 8_000));
    },
  },
  {
    situation: 'HTTP 429 with Retry-After: 3',
    measured: 'dials before the 3 s are over',
    better: 'less',
    promised: 0,
    async run(stage) {
      const server = await stage.loopback.datastream();
      server.faults.refuseUpgrades({ status: 429, retryAfter: 3 });
      const contestant = await stage.contestant({ url: server.url });
      await contestant.call(['start']);
      const first = await server.upgrade(0);
      await stage.pass(PATIENCE);
      return server.upgrades.filter(({ at }) => at - first.at < PATIENCE).length - 1;
    },
  },
  {
    situation: 'it gave up, and the server returns',
    measured: 'is ready within 10 s of another start()',
    better: 'more',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      server.faults.refuseUpgrades({ status: 503 });
      const contestant = await stage.contestant({ url: server.url, options: { ...QUICK, maxReconnectAttempts: 2 } });
      await contestant.call(['start']);
      await server.upgrade(1);
      // Both say so last.
      await Promise.race(['Max', 'Gave up'].map((including) => contestant.call(['untilError', { including }])));
      server.faults.clear();
      await contestant.call(['start']);
      return Number(await stage.happens(contestant.call(['untilReady', { times: 1 }]), SOON));
    },
  },
  {
    situation: 'the server is down for 3 s, and the process has nothing else to do',
    measured: 'is connected within 10 s of its return',
    better: 'more',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.contestant({ url: server.url });
      const back = server.restart({ downFor: PATIENCE });
      await contestant.call(['idle'], ['start']);
      await back;
      return Number(await stage.happens(server.connection(0), SOON));
    },
  },
  {
    situation: 'start() twice',
    measured: 'connections',
    better: 'less',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.contestant({ url: server.url });
      await contestant.call(['start'], ['start'], ['untilReady', { times: 1 }]);
      await stage.pass(1_000);
      return server.upgrades.length;
    },
  },
  {
    situation: 'close() and start() in one tick',
    measured: 'live connections',
    better: 'less',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url });
      await contestant.call(['close'], ['start']);
      await server.connection(1);
      await stage.pass(1_000);
      return server.connections.length;
    },
  },
];
