/**
 * The client, the store on top of it, and everything that they take, give and throw.
 *
 * @module schematic-datastream-ws
 */

export { DatastreamClient, type SendOptions } from './client';
export type { ApiKey } from './api-key';
export { headerAuth, messageAuth, queryAuth, subprotocolAuth, type AuthStrategy, type Authorization } from './auth';
export { backoff, type BackoffContext } from './backoff';
export {
  ConnectionClosedError,
  DatastreamError,
  InvalidOptionError,
  MalformedMessageError,
  type ConnectionEnding,
  type DatastreamErrorCode,
  type DatastreamErrorDetails,
} from './errors';
export type {
  Company,
  CompanyMetric,
  Condition,
  ConditionType,
  FeatureEntitlement,
  Flag,
  Keys,
  MetricPeriod,
  MonthReset,
  Operator,
  Rule,
  RuleType,
  Subscription,
  Trait,
  TraitDefinition,
  User,
  ValueType,
  Wire,
} from './entities';
export type { DatastreamEvents } from './events';
export type { WaitOptions } from './waiting';
export type { Listener } from './listeners';
export type { Logger } from './log';
export type {
  BulkMessage,
  CompanyDeletedMessage,
  CompanyMessage,
  CompanyPartialMessage,
  CreditLeaseBalance,
  DatastreamMessage,
  DatastreamRequest,
  EntityType,
  Envelope,
  ErrorMessage,
  FlagDeletedMessage,
  FlagMessage,
  FlagsMessage,
  FrameData,
  FrameType,
  KnownEntityType,
  MessageType,
  Pagination,
  ReloadMessage,
  UnknownMessage,
  Unrecognized,
  UserDeletedMessage,
  UserMessage,
  UserPartialMessage,
} from './messages';
export type { MessageContext, ReadyContext } from './handler-contexts';
export type { DatastreamOptions } from './options';
export type {
  Cancel,
  Clock,
  Page,
  PageListener,
  Pem,
  Platform,
  Socket,
  SocketEnding,
  SocketFailure,
  SocketListener,
  SocketRequest,
  TlsOptions,
} from './platform/platform';
export type { Signal, SignalLike } from './signal';
export type { ConnectionState, WaitingState } from './state';
export type { DatastreamStats } from './stats';
export { VERSION } from './version';
export { DatastreamStore, type RequestOptions } from './store/store';
export type { ChangeOf, StoreChange } from './store/change';
export type { DatastreamStoreEvents } from './store/events';
export type { DatastreamStoreOptions, StoreSnapshot } from './store/options';
