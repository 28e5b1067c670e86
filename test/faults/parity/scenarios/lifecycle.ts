import { KEY } from '../contestant';
import type { Scenario } from '../scenario';
import type { Stage } from '../stage';
import { numbered } from './numbered';

const SOON = 10_000;
const CLEAN = 1000;

/** A client that was closed while its upgrade had no answer, which it gets afterwards. */
async function closedWhileConnecting(stage: Stage) {
  const server = await stage.loopback.datastream();
  server.faults.stallUpgrades();
  const contestant = await stage.contestant({ url: server.url });
  await contestant.call(['start']);
  await server.upgrade(0);
  await contestant.call(['idle'], ['close']);
  server.faults.clear();
  return { server, contestant };
}

/** Starting, sending, closing. */
export const lifecycle: Scenario[] = [
  {
    situation: 'close() while it connects',
    measured: 'connections open a second later',
    better: 'less',
    promised: 0,
    async run(stage) {
      const { server } = await closedWhileConnecting(stage);
      await stage.pass(1_000);
      return server.connections.length;
    },
  },
  {
    situation: 'close() while it connects',
    measured: 'the process exits within 10 s',
    better: 'more',
    promised: 1,
    async run(stage) {
      const { contestant } = await closedWhileConnecting(stage);
      return Number(await stage.happens(contestant.exited, SOON));
    },
  },
  {
    situation: 'close() during a burst of 30 000 messages, after the 1 000th',
    measured: 'messages handled after it',
    better: 'less',
    promised: 0,
    pace: 'busy',
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url, closeAt: 1_000 });
      const connection = await server.connection();
      server.faults.burst(30_000, numbered);
      await connection.closed;
      return contestant.call<number>(['handledAfterClose']);
    },
  },
  {
    situation: 'close() twice',
    measured: 'exceptions',
    better: 'less',
    promised: 0,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url });
      return Number(!(await stage.happens(contestant.call(['close'], ['close']), SOON)));
    },
  },
  {
    situation: 'close()',
    measured: 'the server sees a close with 1000',
    better: 'more',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url });
      const connection = await server.connection();
      await contestant.call(['close']);
      return Number((await connection.closed).code === CLEAN);
    },
  },
  {
    situation: 'a listener of "ready" throws',
    measured: 'live connections 3 s later',
    better: 'less',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const options = { minReconnectDelay: 100, maxReconnectDelay: 200 };
      await stage.readyContestant({ url: server.url, options, listenerThrows: true });
      await stage.pass(3_000);
      return server.connections.length;
    },
  },
  {
    situation: '20 messages of 1 MB to a peer that reads nothing, then resets',
    measured: 'of 20 sends, settled within 15 s',
    better: 'more',
    promised: 20,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url });
      const connection = await server.connection();
      connection.silence();
      const calls = contestant.call<{ settled: number }>(['send', { count: 20, bytes: 1_000_000, within: 15_000 }]);
      await stage.pass(1_000);
      connection.reset();
      return (await calls).settled;
    },
  },
  {
    situation: 'the client, its errors and its debug log, each by console.log and as JSON',
    measured: 'places that show the key',
    better: 'less',
    promised: 0,
    async run(stage) {
      const server = await stage.loopback.datastream({ apiKeys: [KEY] });
      const contestant = await stage.readyContestant({ url: server.url });
      server.faults.sendGarbage();
      await contestant.call(['untilError', { including: '' }]);
      return contestant.call<number>(['keyShown']);
    },
  },
];
