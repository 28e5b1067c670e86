import { inspect } from 'node:util';
import type { DatastreamClient, Logger } from '../../src';

/** The middle of the key, in characters that no URL, JSON or log writes in another way. */
export const MARKER_CORE = 'mArKeR7sEcReT9';

/** A key of which no way to write it leaves all of it alone, and every way its middle. */
export const MARKER_KEY = `sk+${MARKER_CORE}/=&%"'\\~!?`;

/** What the middle of the key looks like in an encoding that does not keep its letters. */
const ENCODED = [...base64Forms('base64'), ...base64Forms('base64url'), Buffer.from(MARKER_CORE).toString('hex')];

/** A client's key that is looked for in everything that the client shows: only the wire may have it. */
export class Marker {
  /** Each place that showed the key, and how. */
  readonly leaks: string[] = [];
  /** How many texts were searched: a search of nothing proves nothing. */
  searched = 0;
  /** The key, and a logger at the level of debug. */
  readonly options: { apiKey: string; logger: Logger };
  readonly #own: Error[] = [];

  constructor(apiKey = MARKER_KEY) {
    const log =
      (level: string) =>
      (...args: unknown[]) =>
        args.forEach((arg) => this.show(`log.${level}`, arg));
    this.options = {
      apiKey,
      logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    };
  }

  /** Looks at whatever the client announces from now on, and at the client itself in each of its states. */
  watch<Message>(client: DatastreamClient<Message>, types: readonly ('state' | 'error')[] = ['state', 'error']): void {
    for (const type of types) {
      client.on(type, (event) => {
        this.show(type, event);
        if (type === 'state') this.showClient(client);
      });
    }
  }

  showClient(client: Pick<DatastreamClient, 'state' | 'stats' | 'url'>): void {
    this.show('client', client);
    this.show('client.state', client.state);
    this.show('client.stats()', client.stats());
    this.show('client.url', client.url);
  }

  /** An error of the user's own, which says the key: the client may hand it back as a cause, and may not repeat it. */
  own(error: Error): Error {
    this.#own.push(error);
    return error;
  }

  /** Searches a value in all the forms in which somebody may print it. */
  show(where: string, value: unknown): void {
    const unmask = this.#own.map(mask);
    for (const text of renderings(value)) this.#search(where, text);
    for (const restore of unmask) restore();
  }

  /** Searches what goes to the console until it is given back, and keeps it from the test's own output. */
  takeConsole(): () => void {
    const methods = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;
    const spies = methods.map((method) =>
      jest
        .spyOn(console, method)
        .mockImplementation((...args: unknown[]) => args.forEach((arg) => this.show(`console.${method}`, arg))),
    );
    return () => spies.forEach((spy) => spy.mockRestore());
  }

  #search(where: string, text: string): void {
    this.searched += 1;
    for (const line of text.split('\n')) if (showsKey(line)) this.leaks.push(`${where}: ${line.trim()}`);
  }
}

/** Whether a text shows the key, as it is or encoded. */
export function showsKey(text: string): boolean {
  return text.toLowerCase().includes(MARKER_CORE.toLowerCase()) || ENCODED.some((form) => text.includes(form));
}

/** A key of its own for one client of many. */
export function markerKey(index: number): string {
  return `${MARKER_KEY}-${index}`;
}

function renderings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const forms = [
    String(value),
    inspect(value, { depth: Infinity, showHidden: true }),
    inspect(value, { depth: Infinity, getters: true }),
    json(value),
  ];
  if (!(value instanceof Error)) return forms;
  const { message, stack = '', cause } = value;
  return [...forms, message, stack, ...(cause === undefined ? [] : renderings(cause))];
}

/** Platforms have errors with a circle in them, such as a chain of certificates, which nobody can print as JSON. */
function json(value: unknown): string {
  try {
    return JSON.stringify([value]);
  } catch {
    return '';
  }
}

/** Lets an error say nothing, until it is restored. */
function mask(error: Error): () => void {
  const { message, stack } = error;
  Object.assign(error, { message: 'masked', stack: 'masked' });
  return () => Object.assign(error, { message, stack });
}

/** Three bytes make four letters, so the same text has three forms, as one, two or no bytes stand before it. */
function base64Forms(encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((before) => {
    const wholeGroups = MARKER_CORE.slice((3 - before) % 3);
    return Buffer.from(wholeGroups.slice(0, wholeGroups.length - (wholeGroups.length % 3))).toString(encoding);
  });
}
