import type { ApiKey } from './api-key';
import type { AuthStrategy } from './auth';
import type { Logger } from './log';
import type { FrameData, FrameType } from './messages';
import type { MessageContext, ReadyContext } from './handler-contexts';
import type { Platform, TlsOptions } from './platform/platform';
import type { RetrySettings } from './retry';
import type { Signal } from './signal';

/** The options as the client uses them: complete, checked, with every default. Times in milliseconds. */
export interface Settings<Message> extends ConnectionSettings, DeliverySettings<Message>, RetrySettings {
  readonly logger?: Logger;
  readonly signal?: Signal;
}

/** What one connection needs to know. */
export interface ConnectionSettings {
  readonly platform: Platform;
  readonly endpoint: string;
  readonly apiKey: ApiKey;
  readonly auth: AuthStrategy;
  readonly headers?: Readonly<Record<string, string>>;
  readonly compression?: boolean;
  readonly tls?: TlsOptions;
  readonly agent?: object;
  readonly connectTimeout: number;
  readonly connectionReadyHandler?: (context: ReadyContext) => unknown;
  readonly readyTimeout: number;
  readonly writeTimeout: number;
  readonly pingInterval: number;
  readonly pongTimeout: number;
  readonly heartbeat?: { message: () => unknown };
  readonly encode: (message: unknown) => FrameData;
}

/** What the delivery of messages needs to know. */
export interface DeliverySettings<Message> {
  readonly messageHandler: (message: Message, context: MessageContext) => unknown;
  readonly queueSize: number;
  readonly decode: (data: FrameData, type: FrameType) => Message;
}
