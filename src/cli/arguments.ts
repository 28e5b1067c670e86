import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseEntities, type Subscription } from './entities';
import { UsageError } from './usage';

/** What the command line asks for. */
export type Command =
  | { name: 'help' }
  | { name: 'version' }
  | { name: 'tail'; url: string; apiKey: string; subscriptions: Subscription[]; isJson: boolean }
  | { name: 'serve'; port: number; apiKey: string | undefined; dataFile: string | undefined; isLive: boolean }
  | { name: 'doctor'; url: string; apiKey: string; idle: number; isJson: boolean };

const OPTIONS = {
  url: { type: 'string' },
  entity: { type: 'string' },
  json: { type: 'boolean' },
  port: { type: 'string' },
  data: { type: 'string' },
  live: { type: 'boolean' },
  open: { type: 'boolean' },
  idle: { type: 'string' },
  'api-key-file': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Which options each command knows. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  tail: ['url', 'entity', 'json', 'api-key-file'],
  serve: ['port', 'data', 'live', 'open', 'api-key-file'],
  doctor: ['url', 'idle', 'json', 'api-key-file'],
};

const DEFAULT_IDLE = 60;
const LARGEST_PORT = 65_535;

/**
 * Reads a command line.
 *
 * @throws UsageError for one that cannot be carried out
 */
export function parseCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv): Command {
  const { values, positionals } = parse(argv);
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name = '', ...more] = positionals;
  const known = KNOWN[name];
  if (!known || more.length > 0) {
    throw new UsageError(`One of the commands tail, serve and doctor is needed, got "${positionals.join(' ')}"`);
  }
  const stranger = Object.keys(values).find((option) => !known.includes(option));
  if (stranger !== undefined) throw new UsageError(`The command ${name} knows no option --${stranger}`);

  const isJson = values.json ?? false;
  const keyFile = values['api-key-file'];
  switch (name) {
    case 'tail': {
      const subscriptions = parseEntities(values.entity ?? 'flags');
      return { name, ...addressAndKey(values.url, keyFile, env), subscriptions, isJson };
    }
    case 'doctor': {
      const idle = wholeNumber('idle', values.idle, DEFAULT_IDLE, Number.MAX_SAFE_INTEGER);
      return { name, ...addressAndKey(values.url, keyFile, env), idle, isJson };
    }
    default:
      return {
        name: 'serve',
        port: wholeNumber('port', values.port, 0, LARGEST_PORT),
        apiKey: values.open ? undefined : (readKey(keyFile, env) ?? 'development'),
        dataFile: values.data,
        isLive: values.live ?? false,
      };
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function addressAndKey(url: string | undefined, keyFile: string | undefined, env: NodeJS.ProcessEnv) {
  if (url === undefined) throw new UsageError('--url is needed, such as --url https://api.schematichq.com');
  const apiKey = requiredKey(keyFile, env);
  // Whoever lists the processes sees their arguments.
  if ([apiKey, encodeURIComponent(apiKey)].some((shown) => url.includes(shown)))
    throw new UsageError('--url shows the key to whoever lists the processes: leave it out, it is sent all the same');
  return { url, apiKey };
}

function requiredKey(file: string | undefined, env: NodeJS.ProcessEnv): string {
  const apiKey = readKey(file, env);
  if (apiKey) return apiKey;
  throw new UsageError('A key is needed: set SCHEMATIC_API_KEY, or name a file with --api-key-file');
}

function readKey(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  return file === undefined ? env['SCHEMATIC_API_KEY'] : readText('api-key-file', file).trim();
}

/** What a file holds that an option names. */
export function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--${option}: cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function wholeNumber(option: string, text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new UsageError(`--${option} needs a whole number, 0 to ${most}, got "${text}"`);
}
