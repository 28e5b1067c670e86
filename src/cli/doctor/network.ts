import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { describeError } from '../../platform/described';
import { failed, ok, warning, type Finding } from './finding';

const PATIENCE = 10_000;
const DAY = 86_400_000;
const EXPIRES_SOON = 14;

/** Whether the name of a host leads anywhere. */
export async function checkDns(hostname: string): Promise<Finding> {
  const host = withoutBrackets(hostname);
  if (isIP(host)) return ok('DNS', `${host} is an address already`);
  try {
    const addresses = await lookup(host, { all: true });
    return ok('DNS', `${host} is ${addresses.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    const advice = 'Check the spelling of the URL, and whether this machine can resolve names.';
    return failed('DNS', `${host} cannot be resolved: ${text(error)}`, advice);
  }
}

/** Whether somebody listens there. */
export async function checkTcp(hostname: string, port: number): Promise<Finding> {
  const socket = connectTcp({ host: withoutBrackets(hostname), port, timeout: PATIENCE });
  socket.once('timeout', () => socket.destroy(new Error(`no answer within ${PATIENCE / 1_000} s`)));
  try {
    await once(socket, 'connect');
    return ok('TCP', `${hostname}:${port} takes connections (${socket.remoteAddress ?? 'address unknown'})`);
  } catch (error) {
    const advice = 'Check the port; a firewall or a missing proxy setting may be in the way.';
    return failed('TCP', `${hostname}:${port} takes no connection: ${text(error)}`, advice);
  } finally {
    socket.destroy();
  }
}

/** Whether the server proves who it is, and how long its certificate lasts. */
export async function checkTls(hostname: string, port: number): Promise<Finding> {
  const host = withoutBrackets(hostname);
  const socket = connectTls({ host, port, timeout: PATIENCE, ...(!isIP(host) && { servername: host }) });
  socket.once('timeout', () => socket.destroy(new Error(`no answer within ${PATIENCE / 1_000} s`)));
  try {
    await once(socket, 'secureConnect');
    return judgeCertificate(socket);
  } catch (error) {
    const advice = 'Behind a company proxy or with a private authority, start Node with NODE_EXTRA_CA_CERTS=FILE.';
    return failed('TLS', `no secure connection: ${text(error)}`, advice);
  } finally {
    socket.destroy();
  }
}

function judgeCertificate(socket: TLSSocket): Finding {
  const { valid_to: validTo } = socket.getPeerCertificate();
  const days = Math.floor((Date.parse(validTo) - Date.now()) / DAY);
  const detail = `${socket.getProtocol() ?? 'TLS'}, certificate valid until ${validTo} (${days} days)`;
  return days < EXPIRES_SOON ? warning('TLS', detail, 'It has to be renewed soon.') : ok('TLS', detail);
}

/** A URL writes an IPv6 address in brackets, the network takes it without. */
function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function text(error: unknown): string {
  return error instanceof Error ? describeError(error) : String(error);
}
