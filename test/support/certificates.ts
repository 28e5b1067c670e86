import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its private key, in PEM. */
interface Credentials {
  cert: string;
  key: string;
}

/** A private certificate authority and what it has signed: servers on loopback, and a client. */
export interface Certificates {
  authority: Credentials;
  server: Credentials;
  /** Of a server that is called otherwise. */
  elsewhere: Credentials;
  /** Of the server, until yesterday. */
  expired: Credentials;
  client: Credentials;
}

const SERVER_NAMES = 'subjectAltName=DNS:localhost,DNS:datastream.test,IP:127.0.0.1';

/** Makes a private authority of its own, so that no test depends on one that could expire. */
export function createCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'datastream-certificates-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = (name: string) => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...noPassword(name)];
  const read = (name: string): Credentials => ({
    cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
    key: readFileSync(join(folder, `${name}.key`), 'utf8'),
  });
  const sign = (name: string, extensions: string, days = 2) => {
    writeFileSync(join(folder, `${name}.ext`), extensions);
    openssl('req', ...newKey(name), '-subj', `/CN=${name}`, '-out', `${name}.csr`);
    const authority = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-days', String(days)];
    openssl('x509', '-req', '-in', `${name}.csr`, ...authority, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  };
  try {
    openssl('req', '-x509', ...newKey('authority'), '-subj', '/CN=authority', '-days', '2', '-out', 'authority.pem');
    sign('server', SERVER_NAMES);
    sign('elsewhere', 'subjectAltName=DNS:elsewhere.test');
    sign('expired', SERVER_NAMES, -1);
    sign('client', 'extendedKeyUsage=clientAuth');
    return {
      authority: read('authority'),
      server: read('server'),
      elsewhere: read('elsewhere'),
      expired: read('expired'),
      client: read('client'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function noPassword(name: string): string[] {
  return ['-nodes', '-keyout', `${name}.key`];
}
