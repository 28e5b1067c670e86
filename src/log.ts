import { guarded, nothing } from './guarded';
import { printable } from './printable';

/** Where the client writes what it does; `console`, pino and winston fit. */
export interface Logger {
  /** What a search for a fault needs: the waits, the attempts. */
  debug(message: string, ...details: unknown[]): void;
  /** Changes of state, a line each. */
  info(message: string, ...details: unknown[]): void;
  /** A loss that the client goes on after, and what is unsafe in the options. */
  warn(message: string, ...details: unknown[]): void;
  /** What ended the client, and what a handler or listener threw. */
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
