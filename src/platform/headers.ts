import type { OptionRule } from '../option-rules';
import { VERSION } from '../version';

/** Headers of a handshake, each name once. */
export type Headers = Readonly<Record<string, string>>;

/** The rule for headers, wherever they can be sent. */
export const HEADERS: OptionRule = ['an object of header names with printable values', isHeaders, {}];

/** What every client of this protocol says of itself (protocol, section 1.2). */
const CLIENT_HEADERS = {
  'X-Schematic-Client': 'schematic-datastream-ws',
  'X-Schematic-Client-Version': VERSION,
  'X-Schematic-Datastream-Mode': 'direct',
};

/** The headers of a handshake: later ones replace earlier ones of the same name, whatever its case. */
export function mergeHeaders(...sources: (Headers | undefined)[]): Record<string, string> {
  const merged = new Map<string, [name: string, value: string]>();
  for (const source of [CLIENT_HEADERS, ...sources]) {
    for (const [name, value] of Object.entries(source ?? {})) merged.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(merged.values());
}

/** RFC 9110, sections 5.1 and 5.5: names are tokens, and a value cannot end the line it stands on. */
function isHeaders(value: unknown): boolean {
  const isHeader = ([name, text]: [string, unknown]) =>
    /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof text === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
  return typeof value === 'object' && value !== null && Object.entries(value).every(isHeader);
}
