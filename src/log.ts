import { guarded, nothing } from './guarded';
import { printable } from './printable';

/** Where the client writes what it does; `console`, pino and winston fit. */
export interface Logger {
  /** Each dial, and each connection that opens. */
  debug(message: string, ...details: unknown[]): void;
  /** That a connection is ready, or closed as it should be. */
  info(message: string, ...details: unknown[]): void;
  /** A loss, with the wait that follows it, and what is unsafe in the options. */
  warn(message: string, ...details: unknown[]): void;
  /** What ended the client, and what went wrong beside: a handler that threw, a frame that could not be read. */
  error(message: string, ...details: unknown[]): void;
}

/** A level of the log. */
export type LogLevel = keyof Logger;

/** Writes one line; nothing that a logger does comes back. */
export type Log = (level: LogLevel, message: string) => void;

/** A `Log` on the user's logger. A logger that throws must not take the connection down with it. */
export function logTo(logger: Logger | undefined): Log {
  return (level, message) => void guarded(nothing, () => logger?.[level](`datastream: ${printable(message)}`));
}
