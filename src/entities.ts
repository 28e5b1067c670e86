// The data model of the datastream in its wire form (protocol, section 3.4): fields are in snake_case and pass through
// as they come, unknown ones too. Every union of strings is open, since the server may add values.

/** Why a rule applies. */
export type RuleType =
  | 'company_override'
  | 'company_override_usage_exceeded'
  | 'default'
  | 'global_override'
  | 'plan_entitlement'
  | 'plan_entitlement_usage_exceeded'
  | 'standard'
  | (string & {});

/** What a condition looks at. */
export type ConditionType =
  | 'base_plan'
  | 'billing_product'
  | 'company'
  | 'credit'
  | 'metric'
  | 'plan'
  | 'plan_version'
  | 'trait'
  | 'user'
  | (string & {});

/** How a condition compares. */
export type Operator = 'eq' | 'ne' | 'gt' | 'lt' | 'gte' | 'lte' | 'is_empty' | 'not_empty' | (string & {});

/** The period over which a metric counts. */
export type MetricPeriod = 'all_time' | 'current_day' | 'current_month' | 'current_week' | (string & {});

/** When the count of a month begins anew. */
export type MonthReset = 'first_of_month' | 'billing_cycle' | (string & {});

/** What kind of value an entitlement grants. */
export type ValueType = 'boolean' | 'credit' | 'numeric' | 'trait' | 'unknown' | 'unlimited' | (string & {});

/** What a trait is, and whose. */
export interface TraitDefinition {
  readonly id: string;
  readonly comparable_type: 'bool' | 'date' | 'int' | 'string' | (string & {});
  readonly entity_type: 'company' | 'user' | (string & {});
}

/** A property of a company or user that conditions can look at. */
export interface Trait {
  readonly trait_definition: TraitDefinition | null;
  readonly value: string;
}

/** One comparison of a rule. */
export interface Condition {
  readonly id: string;
  readonly account_id: string;
  readonly environment_id: string;
  readonly condition_type: ConditionType;
  readonly operator: Operator;
  readonly resource_ids: readonly string[];
  readonly event_subtype: string | null;
  readonly metric_value: number | null;
  readonly metric_period: MetricPeriod | null;
  readonly metric_period_month_reset: MonthReset | null;
  readonly credit_id: string | null;
  readonly consumption_rate: number | null;
  readonly trait_definition: TraitDefinition | null;
  readonly trait_value: string;
  readonly comparison_trait_definition: TraitDefinition | null;
}

/** What a flag is for whoever meets its conditions. */
export interface Rule {
  readonly id: string;
  readonly flag_id: string | null;
  readonly account_id: string;
  readonly environment_id: string;
  readonly rule_type: RuleType;
  readonly name: string;
  readonly priority: number;
  readonly conditions: readonly Condition[];
  /** Groups of which one condition each must hold. */
  readonly condition_groups: readonly { readonly conditions: readonly Condition[] }[];
  readonly value: boolean;
}

/**
 * A feature flag and its rules.
 *
 * **`default_value` does not say whether the flag is on.** That takes the rules, the company and the user, and the
 * vendor's engine to evaluate them: this library holds rules, and evaluates none.
 */
export interface Flag {
  readonly id: string;
  readonly account_id: string;
  readonly environment_id: string;
  readonly key: string;
  readonly rules: readonly Rule[];
  /** **Not the answer to "is this flag on":** only what holds when no rule applies. */
  readonly default_value: boolean;
}

/** How often something happened in a company during a period. */
export interface CompanyMetric {
  readonly account_id: string;
  readonly environment_id: string;
  readonly company_id: string;
  readonly event_subtype: string;
  readonly period: MetricPeriod;
  readonly month_reset: MonthReset;
  /** A 64-bit integer on the server. */
  readonly value: number;
  /** RFC 3339. */
  readonly created_at: string;
  readonly valid_until: string | null;
}

/** A company's subscription. */
export interface Subscription {
  readonly id: string;
  readonly period_start: string;
  readonly period_end: string;
}

/** What a company may use of a feature, and what it has used. */
export interface FeatureEntitlement {
  readonly feature_id: string;
  readonly feature_key: string;
  readonly value_type: ValueType;
  readonly allocation: number | null;
  readonly soft_limit: number | null;
  readonly usage: number | null;
  readonly event_name: string | null;
  readonly event_subtype?: string;
  readonly metric_period: MetricPeriod | null;
  readonly month_reset: MonthReset | null;
  readonly metric_reset_at: string | null;
  readonly credit_id: string | null;
  readonly credit_total: number | null;
  readonly credit_used: number | null;
  readonly credit_remaining: number | null;
  readonly credit_reserved?: number;
  readonly credit_settled?: number;
  readonly consumption_rate?: number;
  readonly warning_tiers?: readonly { readonly key: string; readonly value: number }[];
}

/** A company, with all that rules look at. */
export interface Company {
  readonly id: string;
  readonly account_id: string;
  readonly environment_id: string;
  readonly base_plan_id: string | null;
  readonly billing_product_ids: readonly string[];
  /** What is left of each credit, by its id. */
  readonly credit_balances?: Readonly<Record<string, number>>;
  readonly entitlements?: readonly FeatureEntitlement[];
  /** The names under which it can be asked for. */
  readonly keys?: Keys;
  readonly metrics: readonly CompanyMetric[];
  readonly plan_ids: readonly string[];
  readonly plan_version_ids: readonly string[];
  readonly rules: readonly Rule[];
  readonly subscription: Subscription | null;
  readonly traits: readonly Trait[];
}

/** A user, with all that rules look at. */
export interface User {
  readonly id: string;
  readonly account_id: string;
  readonly environment_id: string;
  /** The names under which it can be asked for. */
  readonly keys?: Keys;
  readonly traits: readonly Trait[];
  readonly rules: readonly Rule[];
}

/** What names a company or user: any of its keys, or its `id`. Upper and lower case are the same. */
export type Keys = Readonly<Record<string, string>>;

/** An entity as it comes over the wire: a Go server writes `null` for a collection that it never filled. */
export type Wire<Entity> = {
  [Field in keyof Entity]:
    Entity[Field] | (NonNullable<Entity[Field]> extends readonly unknown[] | Keys ? null : never);
};
