import { guarded, nothing } from './guarded';
import { printable } from './printable';

/** Where the client writes what it does; `console`, pino and winston fit. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
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
