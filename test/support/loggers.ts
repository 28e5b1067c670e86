import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { pino, stdTimeFunctions } from 'pino';
import winston from 'winston';
import type { Logger } from '../../src';

/** A logger as its users set it up, what it wrote, and how the README logs an error with all that it carries. */
export interface LoggerUnderTest {
  readonly name: string;
  readonly logger: Logger;
  /** The call that the README shows, for an `error` and a `logger`, or `console`. */
  readonly call: string;
  /** All that was written so far: the level of each line, and its text. */
  lines(): string[];
  /** The last line as it was written. */
  last(): string;
}

const PINO_LEVELS: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' };

/** The three that the README names, each writing into memory. */
export const LOGGERS: readonly (() => LoggerUnderTest)[] = [onConsole, onPino, onWinston];

function onConsole(): LoggerUnderTest {
  const written: string[] = [];
  const into = (level: string) => new Console({ stdout: memory((text) => written.push(`${level} ${text}`)) });
  const consoles = { debug: into('debug'), info: into('info'), warn: into('warn'), error: into('error') };
  // One console cannot be asked for the method that a line came from: each method has a console of its own here.
  const console: Logger = {
    debug: (...args) => consoles.debug.log(...args),
    info: (...args) => consoles.info.log(...args),
    warn: (...args) => consoles.warn.log(...args),
    error: (...args) => consoles.error.log(...args),
  };
  return {
    name: 'console',
    logger: console,
    call: "console.error('datastream', error)",
    lines: () => written,
    last: () => written.at(-1) ?? '',
  };
}

function onPino(): LoggerUnderTest {
  const written: string[] = [];
  const log = pino(
    { level: 'debug', timestamp: stdTimeFunctions.isoTime },
    memory((text) => written.push(text)),
  );
  return {
    name: 'pino',
    logger: log,
    call: 'logger.error({ err: error }, error.message)',
    lines: () =>
      written.map((line) => {
        const { level, msg } = JSON.parse(line) as { level: number; msg: string };
        return `${PINO_LEVELS[level]} ${msg}`;
      }),
    last: () => written.at(-1) ?? '',
  };
}

function onWinston(): LoggerUnderTest {
  const written: string[] = [];
  const { combine, json, splat, timestamp } = winston.format;
  const log = winston.createLogger({ level: 'debug', format: combine(splat(), timestamp(), json()) });
  // As it does with each of its transports.
  log.pipe(
    new Writable({
      objectMode: true,
      write(info: Readonly<Record<symbol, string>>, _encoding, done) {
        written.push(info[FORMATTED] ?? '');
        done();
      },
    }),
  );
  return {
    name: 'winston',
    logger: log,
    call: 'logger.error(error.message, { error })',
    lines: () =>
      written.map((line) => {
        const { level, message } = JSON.parse(line) as { level: string; message: string };
        return `${level} ${message}`;
      }),
    last: () => written.at(-1) ?? '',
  };
}

/** Where winston puts the line that its formats have made of a call. */
const FORMATTED = Symbol.for('message');

function memory(hear: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      hear(chunk.toString().trimEnd());
      done();
    },
  });
}
