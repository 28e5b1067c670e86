import type { DatastreamRequest } from '../messages';
import { UsageError } from './usage';

/** What one entity of the list asks the server for. */
export type Subscription = DatastreamRequest;

/**
 * Reads a list such as `flags,company:id=acme,user:email=a@b.c+plan=x`.
 *
 * @throws UsageError for what is no entity
 */
export function parseEntities(list: string): Subscription[] {
  return list.split(',').map((entity) => {
    if (entity === 'flags') return { data: { action: 'start', entity_type: 'rulesengine.Flags' } };
    const [, kind, pairs] = /^(company|user):(.+)$/.exec(entity) ?? [];
    if (kind === undefined || pairs === undefined) {
      throw new UsageError(`--entity: "${entity}" is none of flags, company:KEY=VALUE and user:KEY=VALUE`);
    }
    const entityType = kind === 'company' ? 'rulesengine.Company' : 'rulesengine.User';
    return { data: { action: 'start', entity_type: entityType, keys: parseKeys(entity, pairs) } };
  });
}

function parseKeys(entity: string, pairs: string): Record<string, string> {
  return Object.fromEntries(
    pairs.split('+').map((pair) => {
      const [, key, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (key === undefined || value === undefined) throw new UsageError(`--entity: "${entity}" needs KEY=VALUE`);
      return [key, value];
    }),
  );
}
