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
export type { DatastreamEvents } from './events';
export type { WaitOptions } from './waiting';
export type { Listener } from './listeners';
export type { Logger } from './log';
export type {
  DatastreamMessage,
  DatastreamRequest,
  EntityType,
  FrameData,
  FrameType,
  MessageType,
  Pagination,
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
