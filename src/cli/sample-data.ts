const OWNER = { account_id: 'acct_sample', environment_id: 'env_sample' };

/** What `serve` holds when it is given no data: a small shop of flags, companies and users. */
export const SAMPLE_DATA = {
  flags: [flag('beta', false), flag('new-checkout', true), flag('export', false)],
  companies: [
    company('comp_acme', 'Acme', { id: 'acme', slug: 'acme' }, { seats: 12 }),
    company('comp_globex', 'Globex', { id: 'globex', slug: 'globex' }, { seats: 3 }),
  ],
  users: [
    user('user_ada', { id: 'ada', email: 'ada@acme.example' }),
    user('user_bob', { id: 'bob', email: 'bob@globex.example' }),
  ],
};

function flag(key: string, value: boolean) {
  return { id: `flag_${key}`, key, ...OWNER, default_value: value, rules: [] };
}

function company(id: string, name: string, keys: Record<string, string>, balances: Record<string, number>) {
  const traits = [
    { value: name, trait_definition: { id: 'trait_name', comparable_type: 'string', entity_type: 'company' } },
  ];
  const lists = { metrics: [], rules: [], plan_ids: [], plan_version_ids: [], billing_product_ids: [] };
  return { id, ...OWNER, keys, traits, ...lists, credit_balances: balances };
}

function user(id: string, keys: Record<string, string>) {
  return { id, ...OWNER, keys, traits: [], rules: [] };
}
