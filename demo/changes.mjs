import { both, companyMetric, flag, metric, plan, traitValue } from './data.mjs';

const [GROWTH, BUSINESS, ENTERPRISE] = ['plan_growth', 'plan_business', 'plan_enterprise'];

/** The flag that comes and goes. */
export const NEWCOMER = 'holiday-theme';

/**
 * The changes that keep coming, in turn and for ever: each reads what the server holds, so that none needs to know how
 * often it was made before. What happens at initech, hooli and to users is for nobody in the demo, and stays unsent.
 *
 * @type {((server: import('schematic-datastream-ws/testing').DatastreamServer) => void)[]}
 */
export const CHANGES = [
  (server) => spend(server, 'comp_acme', { credit_ai: 25 }),
  (server) => count(server, 'comp_globex', { 'api-calls': 137 }),
  (server) => toggle(server, 'beta-dashboard'),
  (server) => count(server, 'comp_acme', { 'api-calls': 41 }),
  (server) => spend(server, 'comp_initech', { credit_ai: 5 }),
  (server) => setSeats(server, 'comp_acme'),
  (server) => swapRule(server, 'audit-log', plan(GROWTH, BUSINESS, ENTERPRISE), plan(BUSINESS, ENTERPRISE)),
  (server) => spend(server, 'comp_globex', { credit_ai: 250, credit_sms: 40 }),
  (server) => comeAndGo(server, flag(NEWCOMER, true)),
  (server) => upgrade(server, 'comp_acme'),
  (server) => swapRole(server, 'user_luis'),
  (server) => count(server, 'comp_globex', { exports: 12 }),
  (server) => toggle(server, 'maintenance-banner'),
  (server) => spend(server, 'comp_acme', { credit_sms: 3 }),
  (server) => swapRule(server, 'data-export', exportsBelow(750), exportsBelow(500)),
  (server) => joinBeta(server, 'comp_globex'),
  (server) => count(server, 'comp_hooli', { 'api-calls': 902 }),
];

/** Takes from balances, and fills up one that has run out. */
function spend(server, id, amounts) {
  const balances = server.company(id).credit_balances;
  const left = ([credit, amount]) => [credit, balances[credit] >= amount ? balances[credit] - amount : 1_000];
  server.updateCompany(id, { credit_balances: Object.fromEntries(Object.entries(amounts).map(left)) });
}

function count(server, id, events) {
  const { metrics } = server.company(id);
  const value = (name) => metrics.find((each) => each.event_subtype === name).value + events[name];
  server.updateCompany(id, { metrics: Object.keys(events).map((name) => companyMetric(id, name, value(name))) });
}

function toggle(server, key) {
  const current = server.flag(key);
  server.setFlag({ ...current, default_value: !current.default_value });
}

function comeAndGo(server, newcomer) {
  if (server.flag(newcomer.key)) server.deleteFlag(newcomer.key);
  else server.setFlag(newcomer);
}

/** Gives a flag the first rule or, when it has that already, the second. */
function swapRule(server, key, one, other) {
  const current = server.flag(key);
  const [withOne, withOther] = [one, other].map((rule) => flag(key, current.default_value, rule));
  server.setFlag(JSON.stringify(current) === JSON.stringify(withOne) ? withOther : withOne);
}

function exportsBelow(limit) {
  return both(plan(BUSINESS, ENTERPRISE), metric('exports', 'lt', limit));
}

function upgrade(server, id) {
  const next = server.company(id).base_plan_id === BUSINESS ? ENTERPRISE : BUSINESS;
  server.updateCompany(id, { base_plan_id: next, plan_ids: [next] });
}

function setSeats(server, id) {
  const { traits } = server.company(id);
  const seats = Number(valueOf(traits, 'trait_seats'));
  server.updateCompany(id, { traits: withTrait(traits, traitValue('seats', seats < 60 ? seats + 3 : 42, 'int')) });
}

/** Sends the whole company, as the real server does for what it cannot tell as a partial. */
function joinBeta(server, id) {
  const company = server.company(id);
  const isTester = valueOf(company.traits, 'trait_beta') === 'true';
  server.setCompany({ ...company, traits: withTrait(company.traits, traitValue('beta', !isTester, 'bool')) });
}

function swapRole(server, id) {
  const { traits } = server.user(id);
  const role = valueOf(traits, 'trait_role') === 'admin' ? 'member' : 'admin';
  server.updateUser(id, { traits: withTrait(traits, traitValue('role', role, 'string', 'user')) });
}

function valueOf(traits, id) {
  return traits.find((each) => each.trait_definition.id === id).value;
}

function withTrait(traits, trait) {
  return traits.map((each) => (each.trait_definition.id === trait.trait_definition.id ? trait : each));
}
