import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatastreamServer } from '../../src/testing';
import { CLI_KEY as KEY, Run, stopRuns } from '../support/cli-run';

let server: DatastreamServer;

beforeEach(async () => {
  server = await DatastreamServer.start({
    apiKeys: [KEY],
    flags: [{ key: 'beta', default_value: false }],
    companies: [{ id: 'comp_1', keys: { slug: 'acme' } }],
  });
});

afterEach(async () => {
  await stopRuns();
  await server.stop();
});

describe('tail', () => {
  it('shows what it was asked to follow, and what changes', async () => {
    const run = new Run(['tail', '--url', server.url, '--entity', 'flags,company:slug=acme']);
    await run.lines.find((line) => line.includes('full Company') && line.includes('comp_1'));
    server.setFlag({ key: 'beta', default_value: true });
    await run.lines.find((line) => line.includes('full Flag ') && line.includes('"beta"'));
    run.interrupt();
    expect(await run.exitCode).toBe(0);
  });

  it('writes the messages as they came with --json, and nothing else to standard output', async () => {
    const run = new Run(['tail', '--url', server.url, '--json']);
    await run.lines.at(0);
    run.interrupt();
    await run.exitCode;
    expect(run.lines.all.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { entity_type: 'rulesengine.Flags', message_type: 'full', data: [{ key: 'beta' }] },
    ]);
  });

  it('says once what it could not read, and goes on', async () => {
    const run = new Run(['tail', '--url', server.url]);
    await run.lines.at(0);
    server.faults.sendGarbage();
    server.setFlag({ key: 'beta', default_value: true });
    await run.lines.at(1);
    run.interrupt('SIGTERM');
    expect(await run.exitCode).toBe(0);
    expect(run.notes.all.filter((note) => note.includes('MALFORMED_MESSAGE'))).toHaveLength(1);
  });

  it('ends with exit code 1 when the key is rejected, and says so once', async () => {
    const run = new Run(['tail', '--url', server.url], { SCHEMATIC_API_KEY: 'another-key' });
    expect(await run.exitCode).toBe(1);
    expect(run.notes.all.filter((note) => note.includes('UNAUTHORIZED'))).toHaveLength(1);
    expect(run.text).not.toContain('another-key');
  });
});

describe('serve', () => {
  it('has the company that the README follows', async () => {
    const serving = new Run(['serve']);
    const tail = new Run(['tail', '--url', await serving.lines.at(0), '--entity', 'flags,company:id=acme', '--json']);
    await tail.lines.at(1);
    const types = tail.lines.all.map((line) => (JSON.parse(line) as { message_type: string }).message_type);
    expect(types).toEqual(['full', 'full']);
  });

  it('serves its samples to whoever has the key', async () => {
    const serving = new Run(['serve']);
    const tail = new Run(['tail', '--url', await serving.lines.at(0), '--entity', 'company:slug=acme']);
    expect(await tail.lines.at(0)).toContain('comp_acme');
    serving.interrupt();
    expect(await serving.exitCode).toBe(0);
  });

  it('serves what a file holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'datastream-cli-'));
    try {
      const file = join(folder, 'data.json');
      writeFileSync(file, JSON.stringify({ flags: [{ key: 'from-the-file', default_value: true }] }));
      const serving = new Run(['serve', '--data', file, '--open']);
      const tail = new Run(['tail', '--url', await serving.lines.at(0), '--json']);
      expect(await tail.lines.at(0)).toContain('from-the-file');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('answers a wrong command line with exit code 2 and says where help is', async () => {
  const run = new Run(['tail', '--url', 'ftp://nowhere']);
  expect(await run.exitCode).toBe(2);
  expect(run.text).toContain('--help');
});

// What other users of a machine see of a process is its arguments; where there is no /proc nobody can look from here.
const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux('shows no key in the list of processes (Linux has one to look into)', async () => {
  const serving = new Run(['serve'], { SCHEMATIC_API_KEY: KEY });
  const url = await serving.lines.at(0);
  const [tail, doctor] = [new Run(['tail', '--url', url]), new Run(['doctor', '--url', url, '--idle', '60'])];
  await tail.lines.at(0);
  await doctor.notes.at(0);
  const seen = [serving, tail, doctor].map((run) => run.commandLine);
  expect(seen.every((line) => line.includes('cli.js'))).toBe(true);
  expect(seen.join()).not.toContain(KEY);
});

it('shows help and version', async () => {
  const [help, version] = [new Run(['--help']), new Run(['--version'])];
  expect(await help.exitCode).toBe(0);
  expect(help.text).toContain('SCHEMATIC_API_KEY');
  expect(await version.exitCode).toBe(0);
  expect(version.text).toMatch(/^\d+\.\d+\.\d+$/);
});
