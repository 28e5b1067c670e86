import { sampleCompany, sampleFlag, sampleUser } from '../../../support/sample-data';
import type { Contestant } from '../contestant';
import type { Scenario } from '../scenario';
import type { Stage } from '../stage';

const SOON = 5_000;
const QUICK = { minReconnectDelay: 100, maxReconnectDelay: 200 };
const COMPANIES = Array.from({ length: 20 }, (_, n) => ({ id: `co_${n}`, keys: { slug: `company-${n}` } }));
const USER = { email: 'user_ada@example.com' };

/** A replica that follows all flags, 20 companies and a user. */
async function following(stage: Stage) {
  const server = await stage.loopback.datastream({
    flags: [sampleFlag('beta')],
    companies: COMPANIES.map(({ id, keys }) => sampleCompany(id, { keys, plan_ids: ['free'] })),
    users: [sampleUser('user_ada')],
  });
  const replica = await stage.contestant({ url: server.url, options: QUICK }, 'replica');
  await replica.call(['start'], ['untilReady', { times: 1 }]);
  for (const { keys } of COMPANIES) await replica.call(['plans', { keys }]);
  await replica.call(['user', { keys: USER }]);
  return { server, replica };
}

/** Of how many companies it knows the newest plan. */
async function current(replica: Contestant, companies = COMPANIES): Promise<number> {
  const plans = await Promise.all(companies.map(({ keys }) => replica.call<string[]>(['plans', { keys }])));
  return plans.filter(([plan]) => plan === 'pro').length;
}

/** What is made of the messages: the official SDK's cache, and the store of this package. */
export const replica: Scenario[] = [
  {
    situation: 'a reconnect, after following all flags, 20 companies and a user',
    measured: 'of 22 subscriptions, asked for again',
    better: 'more',
    promised: 22,
    async run(stage) {
      const { server, replica } = await following(stage);
      server.faults.closeAll(1012);
      const connection = await server.connection(1);
      await replica.call(['untilReady', { times: 2 }]);
      await stage.pass(1_000);
      return new Set(connection.requests.map(({ entity_type, keys }) => JSON.stringify([entity_type, keys]))).size;
    },
  },
  {
    situation: '20 companies that it follows change while the server is away',
    measured: 'of 20 companies, current once it is ready again',
    better: 'more',
    promised: 20,
    async run(stage) {
      const { server, replica } = await following(stage);
      const back = server.restart({ downFor: 500 });
      for (const { id } of COMPANIES) server.updateCompany(id, { plan_ids: ['pro'] });
      await back;
      await replica.call(['untilReady', { times: 2 }]);
      await stage.pass(1_000);
      return current(replica);
    },
  },
  {
    situation: 'full and partial of a company in one segment, 20 companies that it has not seen, its own cache',
    measured: 'of 20 partials, applied',
    better: 'more',
    promised: 20,
    async run(stage) {
      const { server, replica } = await following(stage);
      const connection = await server.connection(0);
      const companies = Array.from({ length: 20 }, (_, n) => ({ id: `new_${n}`, keys: { slug: `new-${n}` } }));
      for (const { id, keys } of companies) {
        server.setCompany(sampleCompany(id, { keys, plan_ids: ['free'] }));
        const about = { entity_type: 'rulesengine.Company', entity_id: id } as const;
        connection.push({ ...about, message_type: 'full', data: server.company(id) });
        server.updateCompany(id, { plan_ids: ['pro'] });
        connection.push({ ...about, message_type: 'partial', data: { plan_ids: ['pro'] } });
      }
      await stage.pass(1_000);
      return current(replica, companies);
    },
  },
  {
    situation: 'a lookup by two keys of which the company has one, then by the other alone',
    measured: 'of 2 lookups, settled within 5 s',
    better: 'more',
    promised: 2,
    async run(stage) {
      const { replica } = await following(stage);
      const unknown = { crm: 'of-nobody' };
      const lookups = [{ slug: 'company-0', ...unknown }, unknown].map(
        (keys) => () => replica.call(['plans', { keys }]),
      );
      let settled = 0;
      for (const lookup of lookups) {
        const outcome = Promise.allSettled([lookup()]);
        if (await stage.happens(outcome, SOON)) settled += 1;
      }
      return settled;
    },
  },
];
