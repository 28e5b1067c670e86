import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatastreamServer } from '../../src/testing';
import { createCertificates } from '../support/certificates';
import { CLI_KEY, Run, stopRuns } from '../support/cli-run';
import { WebSocketEndpoint } from '../support/web-socket-server';

let server: DatastreamServer;

beforeEach(async () => {
  server = await DatastreamServer.start({ apiKeys: [CLI_KEY], flags: [{ key: 'beta', default_value: false }] });
});

afterEach(async () => {
  await stopRuns();
  await server.stop();
});

/** What `--json` says of each step. */
function results(run: Run): string[] {
  return run.lines.all.map((line) => {
    const { step, result } = JSON.parse(line) as { step: string; result: string };
    return `${step} ${result}`;
  });
}

describe('doctor', () => {
  it('finds nothing wrong with a server that works', async () => {
    const run = new Run(['doctor', '--url', server.url, '--idle', '1', '--json']);
    expect(await run.exitCode).toBe(0);
    expect(results(run)).toEqual([...['DNS ok', 'TCP ok', 'upgrade ok', 'key ok', 'flags ok', 'ping ok', 'idle ok']]);
  });

  it('tells a rejected key from a server that is no datastream', async () => {
    const run = new Run(['doctor', '--url', server.url, '--json'], { SCHEMATIC_API_KEY: 'another-key' });
    expect(await run.exitCode).toBe(1);
    expect(results(run)).toEqual(['DNS ok', 'TCP ok', 'key failed']);

    server.faults.refuseUpgrades({ status: 404 });
    const lost = new Run(['doctor', '--url', server.url, '--json']);
    expect(await lost.exitCode).toBe(1);
    expect(lost.text).toContain('There is no datastream at this URL');
  });

  it('says when a connection that keeps still is cut, and what to do', async () => {
    const run = new Run(['doctor', '--url', server.url, '--idle', '600', '--json']);
    await run.notes.find((line) => line.includes('keeping still'));
    await server.connection(1);
    server.faults.terminateAll();
    expect(await run.exitCode).toBe(0);
    expect(run.text).toMatch(/cut after \d+ s without traffic/);
    expect(run.text).toContain('pingInterval');
  });

  it('says when nobody listens', async () => {
    const port = server.port;
    await server.stop();
    const run = new Run(['doctor', '--url', `http://127.0.0.1:${port}`, '--json']);
    expect(await run.exitCode).toBe(1);
    expect(results(run)).toEqual(['DNS ok', 'TCP failed']);
  });

  it('says when the name of the host is not known', async () => {
    // Longer than a name may be: nobody is asked.
    const run = new Run(['doctor', '--url', `https://${'a'.repeat(64)}.example`, '--json']);
    expect(await run.exitCode).toBe(1);
    expect(results(run)).toEqual(['DNS failed']);
    expect(run.text).toContain('Check the spelling');
  });

  it('tells a certificate of nobody known from one that Node is told to trust', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'datastream-doctor-'));
    const { authority, server: tls } = createCertificates();
    const secure = await DatastreamServer.start({ apiKeys: [CLI_KEY], tls });
    try {
      const args = ['doctor', '--url', secure.url, '--idle', '0', '--json'];
      const stranger = new Run(args);
      expect(await stranger.exitCode).toBe(1);
      expect(results(stranger)).toEqual(['DNS ok', 'TCP ok', 'TLS failed']);
      expect(stranger.text).toContain('NODE_EXTRA_CA_CERTS');

      const file = join(folder, 'authority.pem');
      writeFileSync(file, authority.cert);
      const friend = new Run(args, { SCHEMATIC_API_KEY: CLI_KEY, NODE_EXTRA_CA_CERTS: file });
      expect(await friend.exitCode).toBe(0);
      // The certificate has two days left.
      const rest = ['upgrade ok', 'key ok', 'flags ok', 'ping ok'];
      expect(results(friend)).toEqual(['DNS ok', 'TCP ok', 'TLS warning', ...rest]);
    } finally {
      await secure.stop();
      rmSync(folder, { recursive: true });
    }
  });

  it('says when the key is rejected after the upgrade', async () => {
    server.faults.dropAfterAccept({ code: 4001 });
    const run = new Run(['doctor', '--url', server.url, '--json']);
    expect(await run.exitCode).toBe(1);
    expect(results(run).at(-1)).toBe('key failed');
    expect(run.text).toContain('Check the key');
  });

  // It gives a pong five seconds, and goes on to the next step in all of them.
  it('warns where pings are swallowed', async () => {
    const deaf = await WebSocketEndpoint.start({ autoPong: false });
    try {
      const run = new Run(['doctor', '--url', deaf.url, '--idle', '0', '--json']);
      const { socket, frames } = await deaf.peers.at(0);
      await frames.at(0);
      socket.send(JSON.stringify({ entity_type: 'rulesengine.Flags', message_type: 'full', data: [] }));
      expect(await run.exitCode).toBe(0);
      expect(results(run).slice(2)).toEqual(['upgrade ok', 'key ok', 'flags ok', 'ping warning']);
    } finally {
      await deaf.stop();
    }
  }, 20_000);

  it('speaks in plain words to a person, the advice below what it is for', async () => {
    const run = new Run(['doctor', '--url', server.url], { SCHEMATIC_API_KEY: 'another-key' });
    expect(await run.exitCode).toBe(1);
    expect(run.lines.all.slice(-2)).toEqual([
      expect.stringMatching(/^failed {3}key {9}UNAUTHORIZED: /),
      expect.stringMatching(/^ +Check the key: /),
    ]);
  });
});
