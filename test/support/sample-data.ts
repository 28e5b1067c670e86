type Fields = Record<string, unknown>;

const OWNER = { account_id: 'acct_1', environment_id: 'env_1' };

/** A flag with every field that the official clients require. */
export function sampleFlag(key: string, fields: Fields = {}): { key: string } & Fields {
  return { id: `flag_${key}`, ...OWNER, key, default_value: false, rules: [], ...fields };
}

/** A company with every field that the official clients require. */
export function sampleCompany(id: string, fields: Fields = {}): { id: string } & Fields {
  return {
    id,
    ...OWNER,
    base_plan_id: null,
    billing_product_ids: [],
    credit_balances: {},
    keys: { slug: id },
    metrics: [],
    plan_ids: [],
    plan_version_ids: [],
    rules: [],
    subscription: null,
    traits: [],
    ...fields,
  };
}

/** A user with every field that the official clients require. */
export function sampleUser(id: string, fields: Fields = {}): { id: string } & Fields {
  return { id, ...OWNER, keys: { email: `${id}@example.com` }, rules: [], traits: [], ...fields };
}
