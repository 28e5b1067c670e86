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
  return (level, message) => {
    try {
      logger?.[level](`datastream: ${printable(message)}`);
    } catch {
      // There is nowhere left to tell it.
    }
  };
}

/** Text of the peer's (a close reason, a host's error) without characters that could forge a line of a log. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}
