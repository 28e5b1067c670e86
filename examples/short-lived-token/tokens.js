// Tokens that say whose page it is and until when, signed so that nobody else can make one.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** As long as a page takes from asking for a token to using it: the client asks for a new one before every attempt. */
const LIFETIME = 60_000;

export function issueToken(company, secret, now = Date.now()) {
  const claims = Buffer.from(JSON.stringify({ company, until: now + LIFETIME })).toString('base64url');
  return `${claims}.${signatureOf(claims, secret).toString('base64url')}`;
}

/** The company that a token is for; nothing when it is not ours, or has ended. */
export function readToken(token, secret, now = Date.now()) {
  const [claims = '', signature = ''] = token.split('.');
  const [given, expected] = [Buffer.from(signature, 'base64url'), signatureOf(claims, secret)];
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const { company, until } = JSON.parse(Buffer.from(claims, 'base64url').toString());
  return now < until ? company : undefined;
}

function signatureOf(claims, secret) {
  return createHmac('sha256', secret).update(claims).digest();
}
