import type { Scenario } from '../scenario';
import { numbered } from './numbered';

const SOON = 10_000;
const COMPANY = 'rulesengine.Company';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** How many of these numbers are missing, there twice, or behind a greater one. */
function amiss(numbers: number[], count: number): number {
  const missing = count - new Set(numbers).size;
  const doubled = numbers.length - new Set(numbers).size;
  let greatest = -1;
  const outOfOrder = numbers.filter((n) => {
    const isLate = n < greatest;
    greatest = Math.max(greatest, n);
    return isLate;
  });
  return missing + doubled + outOfOrder.length;
}

/** What becomes of messages between the socket and the handler. */
export const receiving: Scenario[] = [
  {
    situation: 'a message in the same segment as the 101, 20 times',
    measured: 'of 20 messages, handled',
    better: 'more',
    promised: 20,
    async run(stage) {
      const server = await stage.loopback.datastream();
      server.faults.sendWithAccept(JSON.stringify(numbered(0)));
      const contestant = await stage.readyContestant({ url: server.url, clients: 20 });
      await stage.happens(contestant.call(['untilHandled', { count: 20 }]), 2_000);
      return (await contestant.call<number[]>(['handled'])).length;
    },
  },
  {
    situation: '10 000 messages, a handler that takes 0 to 5 ms',
    measured: 'messages lost, doubled or out of order',
    better: 'less',
    promised: 0,
    pace: 'long',
    async run(stage) {
      const count = 10_000;
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url, messageHandler: 'slow' });
      server.faults.burst(count, numbered);
      await stage.happens(contestant.call(['untilHandled', { count }]), 120_000);
      return amiss(await contestant.call<number[]>(['handled']), count);
    },
  },
  {
    situation: 'full and partial of a company in one segment, 20 companies, a handler that reads, waits and writes',
    measured: 'of 20 partials, applied',
    better: 'more',
    promised: 20,
    async run(stage) {
      const companies = upTo(20).map((n) => ({ id: `co_${n}`, n, plan: 'free' }));
      const server = await stage.loopback.datastream({ companies });
      const contestant = await stage.readyContestant({ url: server.url, messageHandler: 'merge' });
      const connection = await server.connection();
      for (const { id, ...data } of companies) {
        const about = { entity_type: COMPANY, entity_id: id };
        connection.push({ ...about, message_type: 'full', data: { id, ...data } });
        connection.push({ ...about, message_type: 'partial', data: { id, n: data.n, plan: 'pro' } });
      }
      await contestant.call(['untilHandled', { count: 40 }]);
      const held = await contestant.call<{ plan: string }[]>(['held']);
      return held.filter(({ plan }) => plan === 'pro').length;
    },
  },
  {
    situation: 'the message handler always throws',
    measured: 'of 10 messages, handled',
    better: 'more',
    promised: 10,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url, messageHandler: 'throw' });
      server.faults.burst(10, numbered);
      await stage.happens(contestant.call(['untilHandled', { count: 10 }]), SOON);
      return (await contestant.call<number[]>(['handled'])).length;
    },
  },
  {
    situation: 'malformed JSON, a binary frame that is no text, an empty frame',
    measured: 'of 3 messages behind them on that connection, handled',
    better: 'more',
    promised: 3,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url });
      const connection = await server.connection();
      for (const bad of ['{"data":{"n":', new Uint8Array([0xff, 0xfe]), '']) {
        connection.send(bad);
        connection.push(numbered(0));
      }
      await stage.happens(contestant.call(['untilHandled', { count: 3 }]), SOON);
      return (await contestant.call<number[]>(['handled'])).length;
    },
  },
  {
    situation: 'malformed JSON, and nobody listens to errors',
    measured: 'of 1 message behind it, handled (0: the process has died)',
    better: 'more',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url, hearsErrors: false });
      server.faults.sendGarbage();
      server.push(numbered(0));
      const handled = contestant.call(['untilHandled', { count: 1 }], ['handled']);
      // A process that dies of it does so within a moment; the message must have been handled by one that lives.
      const died = await stage.happens(contestant.exited, 2_000);
      return died ? 0 : Number(await stage.happens(handled, SOON));
    },
  },
  {
    situation: 'one message of 5 MB',
    measured: 'handled',
    better: 'more',
    promised: 1,
    async run(stage) {
      const server = await stage.loopback.datastream();
      const contestant = await stage.readyContestant({ url: server.url });
      server.push(numbered(0, { padding: 'x'.repeat(5_000_000) }));
      return Number(await stage.happens(contestant.call(['untilHandled', { count: 1 }]), SOON));
    },
  },
];
