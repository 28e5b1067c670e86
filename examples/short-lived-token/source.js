// Which datastream to follow: that of the environment, or else a development server of our own with something going on.
import { DatastreamServer } from 'schematic-datastream-ws/testing';

export async function source() {
  const { SCHEMATIC_API_URL: url, SCHEMATIC_API_KEY: apiKey } = process.env;
  if (url && apiKey) return { url, apiKey, stop: async () => undefined };
  const server = await DatastreamServer.start({
    flags: [{ key: 'beta', default_value: false }],
    companies: [{ id: 'comp_acme', keys: { slug: 'acme' }, credit_balances: { seats: 12 } }],
  });
  let seats = 12;
  const timer = setInterval(() => server.updateCompany('comp_acme', { credit_balances: { seats: --seats } }), 2_000);
  const stop = async () => {
    clearInterval(timer);
    await server.stop();
  };
  return { url: server.url, apiKey: 'development', stop };
}
