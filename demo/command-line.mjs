import { parseArgs } from 'node:util';

/**
 * What the demo was asked to do.
 *
 * @typedef {object} Settings
 * @property {boolean} help
 * @property {boolean} json
 * @property {number} seconds 0 for no end
 * @property {string} [url] of a real server; without it the demo starts one
 * @property {string} apiKey
 * @property {Subject[]} follows
 */

/**
 * Something to follow; without keys, all of its kind.
 *
 * @typedef {{ entity: 'flags' | 'company' | 'user', keys?: Record<string, string> }} Subject
 */

const LONGEST_RUN = 7 * 24 * 60 * 60;
const OPTIONS = {
  seconds: { type: 'string', default: '20' },
  url: { type: 'string' },
  'api-key': { type: 'string' },
  company: { type: 'string', multiple: true },
  user: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};
const DEFAULT_COMPANIES = ['slug=acme', 'slug=globex'];

export const HELP = `Usage: npm run demo -- [options]

Follows a datastream and tells what happens, a line for each thing. Without --url it starts a server of its own,
whose flags, companies and users keep changing, restarts it half-way, and serves a page that shows it all live and can
make the server misbehave; its address is printed. With --url there is no page.

  --seconds N          how long to run, 0 for no end (default 20)
  --url URL            follow a real server instead, such as https://api.schematichq.com
  --api-key KEY        the key for it; better given as SCHEMATIC_API_KEY, which no list of processes shows
  --company KEY=VALUE  a company to follow, by any of its keys; may be repeated
                       (default: ${DEFAULT_COMPANIES.join(' and ')}, with --url none)
  --user KEY=VALUE     a user to follow, likewise (default: none)
  --json               print one JSON object per line; use "npm run -s" to keep npm's own lines out
  --help               show this

Exit code: 0 when all went well or you stopped it, 1 when it never became ready or ended with an error,
2 when the options make no sense.
`;

/** The caller's mistake, in words for the caller. */
export class UsageError extends Error {
  constructor(message, exitCode = 2) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Turns the client's view of a bad option into the command line's; any other error stays as it is. */
  static from(error) {
    if (error?.code !== 'INVALID_OPTION') return error;
    const name = error.option === 'apiKey' ? '--api-key or SCHEMATIC_API_KEY' : `--${error.option}`;
    return new UsageError(`${name}: ${error.message}`, error.option === 'apiKey' ? 1 : 2);
  }
}

/**
 * @returns {Settings}
 * @throws UsageError
 */
export function parseCommandLine(words, environment) {
  const { help, json, seconds, url, 'api-key': givenKey, company, user } = parse(words);
  if (url === undefined && givenKey !== undefined) {
    throw new UsageError('--api-key is for a real server: give its --url too, such as https://api.schematichq.com');
  }
  const apiKey = url === undefined ? 'demo-key' : givenKey || environment['SCHEMATIC_API_KEY'];
  if (!help && !apiKey) throw new UsageError('--url needs a key: set SCHEMATIC_API_KEY, or give --api-key', 1);
  const companies = company ?? (url === undefined ? DEFAULT_COMPANIES : []);
  const follows = [
    { entity: 'flags' },
    ...companies.map((pair) => subject('company', pair)),
    ...(user ?? []).map((pair) => subject('user', pair)),
  ];
  return { help, json, seconds: parseSeconds(seconds), url, apiKey: apiKey ?? '', follows };
}

function parse(words) {
  try {
    return parseArgs({ args: words, options: OPTIONS }).values;
  } catch (error) {
    // Only the first sentence of Node's message is about what was typed.
    throw new UsageError(`${error.message.split(/\. (?=[A-Z])|\n/)[0]}; --help shows what there is`);
  }
}

function parseSeconds(text) {
  const seconds = text.trim() === '' ? NaN : Number(text);
  if (seconds >= 0 && seconds <= LONGEST_RUN) return seconds;
  throw new UsageError(`--seconds must be a number from 0 (no end) to ${LONGEST_RUN}, got "${text}"`);
}

function subject(entity, pair) {
  const [, key, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
  if (key === undefined) throw new UsageError(`--${entity} must be a KEY=VALUE such as id=co_1, got "${pair}"`);
  return { entity, keys: { [key]: value } };
}
