import { COMPANIES, COMPANY, FLAGS, USER, USERS, type WireMessage } from './entities';
import type { Population, Replica } from './replica';
import type { ServerRequest } from './requests';
import type { Subscription } from './subscriptions';

/** What a request leads to: messages for the one who asked, and what its connection follows from now on. */
export interface Answer {
  messages: WireMessage[];
  subscription?: Subscription;
}

/** Answers a request to subscribe from what the server holds now. */
export function answer(request: ServerRequest, replica: Replica): Answer {
  const subscription = subscriptionOf(request, replica);
  if (!subscription) return { messages: [notFound(request, replica)] };
  return { messages: snapshot(request, subscription, replica), subscription };
}

/** What a request is about, or nothing when the server does not know it. */
export function subscriptionOf({ entity_type, keys }: ServerRequest, replica: Replica): Subscription | undefined {
  if (entity_type === FLAGS || entity_type === COMPANIES || entity_type === USERS) return { entity_type };
  const entity_id = keys && population(entity_type, replica)?.find(keys);
  return entity_id === undefined ? undefined : { entity_type, entity_id };
}

/** An `error` message, which leaves the connection open. */
export function errorMessage(error: string, entity_type: string, keys?: Record<string, string>): WireMessage {
  return { data: { error, entity_type, ...(keys && { keys }) }, entity_type, message_type: 'error' };
}

function notFound({ entity_type, keys }: ServerRequest, replica: Replica): WireMessage {
  if (!population(entity_type, replica))
    return errorMessage(`Unsupported entity type ${entity_type}`, entity_type, keys);
  if (!keys) return errorMessage('Malformed request: "keys" must name the entity', entity_type);
  return errorMessage(`${entity_type === COMPANY ? 'Company' : 'User'} not found`, entity_type, keys);
}

function snapshot(request: ServerRequest, { entity_id }: Subscription, replica: Replica): WireMessage[] {
  const { entity_type, page_size } = request;
  if (entity_type === FLAGS) return flagsSnapshot(replica.flags, page_size);
  // The entities of a bulk subscription are loaded over REST; the socket confirms it and sends what changes.
  if (entity_id === undefined) return [{ data: {}, entity_type, message_type: 'full' }];
  return [{ data: population(entity_type, replica)?.get(entity_id), entity_id, entity_type, message_type: 'full' }];
}

function flagsSnapshot(flags: object[] | null, pageSize: number | undefined): WireMessage[] {
  const whole = { entity_id: null, entity_type: FLAGS, message_type: 'full' };
  if (!pageSize) return [{ data: flags, ...whole }];
  const total = flags?.length ?? 0;
  const pages = Math.max(1, Math.ceil(total / pageSize));
  return Array.from({ length: pages }, (_, index) => ({
    data: flags?.slice(index * pageSize, (index + 1) * pageSize) ?? null,
    ...whole,
    pagination: { has_more: index + 1 < pages, page: index + 1, total },
  }));
}

function population(entityType: string, replica: Replica): Population | undefined {
  if (entityType === COMPANY) return replica.companies;
  return entityType === USER ? replica.users : undefined;
}
