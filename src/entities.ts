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
  /** Names it. */
  readonly id: string;
  /** How its values, which are text, compare. */
  readonly comparable_type: 'bool' | 'date' | 'int' | 'string' | (string & {});
  /** Whose trait it is. */
  readonly entity_type: 'company' | 'user' | (string & {});
}

/** A property of a company or user that conditions can look at. */
export interface Trait {
  /** What the value is of. */
  readonly trait_definition: TraitDefinition | null;
  /** Always text; `comparable_type` says how to read it. */
  readonly value: string;
}

/** One comparison of a rule. */
export interface Condition {
  /** Names it. */
  readonly id: string;
  /** Whose it is. */
  readonly account_id: string;
  /** Where it holds. */
  readonly environment_id: string;
  /** What it looks at; the fields for other types are empty. */
  readonly condition_type: ConditionType;
  /** How it compares. */
  readonly operator: Operator;
  /** What it is about, by their ids. */
  readonly resource_ids: readonly string[];
  /** The event that a metric counts. */
  readonly event_subtype: string | null;
  /** The number that a metric is compared with. */
  readonly metric_value: number | null;
  /** The period that a metric counts in. */
  readonly metric_period: MetricPeriod | null;
  /** When a month begins for it. */
  readonly metric_period_month_reset: MonthReset | null;
  /** The credit that it looks at. */
  readonly credit_id: string | null;
  /** Credits that one use takes. */
  readonly consumption_rate: number | null;
  /** The trait that it looks at. */
  readonly trait_definition: TraitDefinition | null;
  /** What that trait is compared with, unless with another trait. */
  readonly trait_value: string;
  /** The other trait that it is compared with. */
  readonly comparison_trait_definition: TraitDefinition | null;
}

/** What a flag is for whoever meets its conditions. */
export interface Rule {
  /** Names it. */
  readonly id: string;
  /** The flag that it decides. */
  readonly flag_id: string | null;
  /** Whose it is. */
  readonly account_id: string;
  /** Where it holds. */
  readonly environment_id: string;
  /** Why it applies. */
  readonly rule_type: RuleType;
  /** For people. */
  readonly name: string;
  /** Its rank, for the engine. */
  readonly priority: number;
  /** All of them have to hold. */
  readonly conditions: readonly Condition[];
  /** Groups of which one condition each must hold. */
  readonly condition_groups: readonly {
    /** One of them has to hold. */
    readonly conditions: readonly Condition[];
  }[];
  /** What the flag is then. */
  readonly value: boolean;
}

/**
 * A feature flag and its rules.
 *
 * **`default_value` does not say whether the flag is on.** That takes the rules, the company and the user, and the
 * vendor's engine to evaluate them: this library holds rules, and evaluates none.
 */
export interface Flag {
  /** Names it for the server. */
  readonly id: string;
  /** Whose it is. */
  readonly account_id: string;
  /** Where it holds. */
  readonly environment_id: string;
  /** Names it for applications. */
  readonly key: string;
  /** What decides it. */
  readonly rules: readonly Rule[];
  /** **Not the answer to "is this flag on":** only what holds when no rule applies. */
  readonly default_value: boolean;
}

/** How often something happened in a company during a period. */
export interface CompanyMetric {
  /** Whose it is. */
  readonly account_id: string;
  /** Where it was counted. */
  readonly environment_id: string;
  /** The company that it was counted for. */
  readonly company_id: string;
  /** What was counted. */
  readonly event_subtype: string;
  /** The period that it was counted in. */
  readonly period: MetricPeriod;
  /** When a month begins for it. */
  readonly month_reset: MonthReset;
  /** A 64-bit integer on the server. */
  readonly value: number;
  /** RFC 3339. */
  readonly created_at: string;
  /** RFC 3339: when the count begins anew. */
  readonly valid_until: string | null;
}

/** A company's subscription. */
export interface Subscription {
  /** Names it. */
  readonly id: string;
  /** RFC 3339. */
  readonly period_start: string;
  /** RFC 3339. */
  readonly period_end: string;
}

/** What a company may use of a feature, and what it has used. */
export interface FeatureEntitlement {
  /** Names the feature for the server. */
  readonly feature_id: string;
  /** Names the feature for applications. */
  readonly feature_key: string;
  /** Which of the fields below count. */
  readonly value_type: ValueType;
  /** How much may be used; none when it is not limited. */
  readonly allocation: number | null;
  /** A limit that may be passed. */
  readonly soft_limit: number | null;
  /** How much has been used. */
  readonly usage: number | null;
  /** The event that counts as a use. */
  readonly event_name: string | null;
  /** The same event, as metrics name it. */
  readonly event_subtype?: string;
  /** The period that the use is counted in. */
  readonly metric_period: MetricPeriod | null;
  /** When a month begins for it. */
  readonly month_reset: MonthReset | null;
  /** RFC 3339: when the count begins anew. */
  readonly metric_reset_at: string | null;
  /** The credit that a use takes from. */
  readonly credit_id: string | null;
  /** Credits granted. */
  readonly credit_total: number | null;
  /** Credits taken. */
  readonly credit_used: number | null;
  /** Credits left. */
  readonly credit_remaining: number | null;
  /** Credits held for uses under way. */
  readonly credit_reserved?: number;
  /** Credits taken by uses that are done. */
  readonly credit_settled?: number;
  /** Credits that one use takes. */
  readonly consumption_rate?: number;
  /** Amounts to warn at. */
  readonly warning_tiers?: readonly {
    /** Names the warning. */
    readonly key: string;
    /** The amount. */
    readonly value: number;
  }[];
}

/** A company, with all that rules look at. */
export interface Company {
  /** Names it for the server. */
  readonly id: string;
  /** Whose it is. */
  readonly account_id: string;
  /** Where it is known. */
  readonly environment_id: string;
  /** Its base plan. */
  readonly base_plan_id: string | null;
  /** What it has bought. */
  readonly billing_product_ids: readonly string[];
  /** What is left of each credit, by its id. */
  readonly credit_balances?: Readonly<Record<string, number>>;
  /** What it may use. */
  readonly entitlements?: readonly FeatureEntitlement[];
  /** The names under which it can be asked for. */
  readonly keys?: Keys;
  /** What was counted for it. */
  readonly metrics: readonly CompanyMetric[];
  /** Every plan that it is on. */
  readonly plan_ids: readonly string[];
  /** Which versions of those plans. */
  readonly plan_version_ids: readonly string[];
  /** Rules of its own, beside those of the flags. */
  readonly rules: readonly Rule[];
  /** What it pays for, and until when. */
  readonly subscription: Subscription | null;
  /** Its properties. */
  readonly traits: readonly Trait[];
}

/** A user, with all that rules look at. */
export interface User {
  /** Names it for the server. */
  readonly id: string;
  /** Whose it is. */
  readonly account_id: string;
  /** Where it is known. */
  readonly environment_id: string;
  /** The names under which it can be asked for. */
  readonly keys?: Keys;
  /** Its properties. */
  readonly traits: readonly Trait[];
  /** Rules of its own, beside those of the flags. */
  readonly rules: readonly Rule[];
}

/** What names a company or user: any of its keys, or its `id`. Upper and lower case are the same. */
export type Keys = Readonly<Record<string, string>>;

/** An entity as it comes over the wire: a Go server writes `null` for a collection that it never filled. */
export type Wire<Entity> = {
  [Field in keyof Entity]:
    Entity[Field] | (NonNullable<Entity[Field]> extends readonly unknown[] | Keys ? null : never);
};
