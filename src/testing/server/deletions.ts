/** How the message that a company or user was deleted names it; clients meet all of these. */
export interface EntityDeletion {
  /** `data`: the whole entity, with a null `entity_id`; `entity_id`: that alone. @default 'both' */
  by?: 'both' | 'data' | 'entity_id';
}

/** How the message that a flag was deleted names it; clients meet all of these. */
export interface FlagDeletion {
  /** `data`: the whole flag; `key`, `id`: that alone. @default 'data' */
  by?: 'data' | 'key' | 'id';
}
