import type { OptionRule } from '../option-rules';
import { HEADERS } from './headers';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const aFlag: OptionRule = ['true or false', (value) => typeof value === 'boolean', false];

/** The rules for what only Node can do. */
export const NODE_OPTIONS: Readonly<Record<string, OptionRule>> = {
  headers: HEADERS,
  tls: ['an object of ca, cert, key and servername alone: verification cannot be turned off', isTls],
  agent: ['an http.Agent that does not turn verification off: trust an authority with "tls.ca"', isAgent],
  compression: aFlag,
  unref: aFlag,
};

function isTls(value: unknown): boolean {
  return isObject(value) && Object.keys(value).every((name) => /^(ca|cert|key|servername)$/.test(name));
}

function isAgent(value: unknown): boolean {
  return (
    isObject(value) && (value as { options?: { rejectUnauthorized?: unknown } }).options?.rejectUnauthorized !== false
  );
}
