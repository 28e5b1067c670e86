import type { Scenario } from '../scenario';
import type { Stage } from '../stage';

/** Longer than two ping intervals and a pong timeout of the official SDK, which are 54 and 60 s and not to be changed. */
const WATCHED = 125_000;
const SECOND = 1_000;

/** A peer that sends a message each second, and answers pings or does not. */
async function chattyPeer(stage: Stage, autoPong: boolean) {
  const server = await stage.loopback.webSockets({ autoPong });
  await stage.readyContestant({ url: server.url });
  const peer = await server.peers.at(0);
  let n = 0;
  stage.loopback.every(SECOND, () => peer.socket.send(JSON.stringify({ data: { n: n++ } })));
  await stage.pass(WATCHED);
  return { server, peer };
}

/** Whether a peer is still there. */
export const liveness: Scenario[] = [
  {
    situation: 'the peer falls silent (black hole), default timeouts',
    measured: 'seconds until it dials again (watched for 125)',
    better: 'less',
    // pongTimeout, the grace after three gaps in the client's own time, the first wait of the backoff, and a machine with
    // other things to do; the tests of the heartbeat are stricter.
    promised: 60 + 3 * 5 + 5 + 15,
    pace: 'long',
    async run(stage) {
      const server = await stage.loopback.datastream();
      await stage.readyContestant({ url: server.url });
      const from = performance.now();
      server.faults.silenceAll();
      if (!(await stage.happens(server.upgrade(1), WATCHED))) return Infinity;
      return (performance.now() - from) / SECOND;
    },
  },
  {
    situation: 'messages flow, pongs do not come',
    measured: 'connections lost in 125 s',
    better: 'less',
    promised: 0,
    pace: 'long',
    run: async (stage) => (await chattyPeer(stage, false)).server.peers.length - 1,
  },
  {
    situation: 'messages flow all the time',
    measured: 'pings sent in 125 s',
    better: 'more',
    promised: 2,
    pace: 'long',
    run: async (stage) => (await chattyPeer(stage, true)).peer.pings.length,
  },
  {
    situation: 'close() into a black hole',
    measured: 'seconds until the process exits (watched for 40)',
    better: 'less',
    // 100 ms, on a machine with nothing else to do.
    promised: 2,
    pace: 'long',
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url });
      server.faults.silenceAll();
      await contestant.call(['idle'], ['close']);
      return (await stage.happens(contestant.exited, 40_000)) ? contestant.exitDelay / SECOND : Infinity;
    },
  },
];
