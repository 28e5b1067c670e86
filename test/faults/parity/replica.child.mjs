// What keeps the current flags, companies and users, of the official SDK or of this package, in a process of its own:
// does what its parent asks, and answers.
import { createRequire } from 'node:module';
import process from 'node:process';
import { answerCalls } from './answer-calls.mjs';

const { client, url, apiKey, options } = JSON.parse(process.argv[2]);
const requirePackage = createRequire(import.meta.url);

const REPLICAS = {
  ours() {
    const { DatastreamStore } = requirePackage('../../../dist/index.cjs');
    return new DatastreamStore({ url, apiKey, ...options });
  },
  // Its waits are its own, and it starts by itself.
  sdk() {
    const { SchematicClient } = requirePackage('@schematichq/schematic-typescript-node');
    const own = { apiKey, basePath: url, eventCaptureBaseURL: url, logLevel: 'error', useDataStream: true };
    const { datastreamClient } = new SchematicClient(own);
    return {
      start: () => undefined,
      company: (keys) => datastreamClient.getCompany(keys),
      user: (keys) => datastreamClient.getUser(keys),
      on: (type, listener) => datastreamClient.on(type, listener),
    };
  },
};

let readied = 0;
const waiting = new Set();
const replica = REPLICAS[client]();
replica.on('error', () => undefined);
replica.on('ready', () => {
  readied += 1;
  for (const look of waiting) look();
});

answerCalls({
  start: () => replica.start(),
  untilReady: ({ times }) =>
    new Promise((resolve) => {
      const look = () => readied >= times && waiting.delete(look) && resolve();
      waiting.add(look);
      look();
    }),
  user: async ({ keys }) => (await replica.user(keys)).id,
  /** The plans of a company, as a sign of what is known of it. */
  async plans({ keys }) {
    const { plan_ids, planIds } = await replica.company(keys);
    return plan_ids ?? planIds;
  },
});
