import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine } from '../../src/cli/arguments';
import { UsageError } from '../../src/cli/usage';

const KEY = { SCHEMATIC_API_KEY: 'from-environment' };
const URL_ARGS = ['--url', 'https://api.example.com'];

describe('the command line', () => {
  let folder: string;
  let keyFile: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'datastream-cli-'));
    keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'from-file\n');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes the key from the environment', () => {
    expect(parseCommandLine(['tail', ...URL_ARGS], KEY)).toMatchObject({ name: 'tail', apiKey: 'from-environment' });
  });

  it('prefers the key in a file, without the end of its line', () => {
    const command = parseCommandLine(['tail', ...URL_ARGS, '--api-key-file', keyFile], KEY);
    expect(command).toMatchObject({ apiKey: 'from-file' });
  });

  it('follows the flags when nothing else is asked for', () => {
    const command = parseCommandLine(['tail', ...URL_ARGS], KEY);
    expect(command).toMatchObject({
      subscriptions: [{ data: { action: 'start', entity_type: 'rulesengine.Flags' } }],
      isJson: false,
    });
  });

  it('lets the doctor keep still for a minute when nothing else is asked for', () => {
    expect(parseCommandLine(['doctor', ...URL_ARGS], KEY)).toMatchObject({ name: 'doctor', idle: 60 });
  });

  it('reads companies and users with several keys', () => {
    const command = parseCommandLine(
      ['tail', ...URL_ARGS, '--entity', 'company:id=acme+slug=a=b,user:email=a@b.c'],
      KEY,
    );
    expect(command).toMatchObject({
      subscriptions: [
        { data: { entity_type: 'rulesengine.Company', keys: { id: 'acme', slug: 'a=b' } } },
        { data: { entity_type: 'rulesengine.User', keys: { email: 'a@b.c' } } },
      ],
    });
  });

  it.each<[string[], object]>([
    [['serve'], { port: 0, apiKey: 'development', isLive: false }],
    [['serve', '--open', '--live', '--port', '8080'], { port: 8_080, apiKey: undefined, isLive: true }],
  ])('serves with %j', (argv, expected) => {
    expect(parseCommandLine(argv, {})).toMatchObject({ name: 'serve', ...expected });
  });

  it.each([
    [[], 'tail, serve and doctor'],
    [['dance'], 'got "dance"'],
    [['tail', 'more', ...URL_ARGS], 'got "tail more"'],
    [['tail'], '--url is needed'],
    [['tail', '--url', 'x', '--idle', '3'], 'no option --idle'],
    [['tail', '--colour'], '--colour'],
    [['tail', ...URL_ARGS, '--entity', 'flag'], '"flag" is none of'],
    [['tail', ...URL_ARGS, '--entity', 'company:acme'], 'needs KEY=VALUE'],
    [['doctor', ...URL_ARGS, '--idle', 'long'], '--idle needs a whole number'],
    [['serve', '--port', '65536'], '--port needs a whole number'],
    [['tail', ...URL_ARGS, '--api-key-file', '/nowhere/key'], 'cannot read /nowhere/key'],
  ])('refuses %j, naming what is wrong', (argv, complaint) => {
    const parse = () => parseCommandLine(argv, KEY);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(complaint);
  });

  it('asks for a key, which is never an argument', () => {
    expect(() => parseCommandLine(['tail', ...URL_ARGS], {})).toThrow('SCHEMATIC_API_KEY');
    expect(() => parseCommandLine(['tail', ...URL_ARGS, '--api-key', 'secret'], {})).toThrow('--api-key');
  });

  it.each(['tail', 'doctor'])('refuses a URL for %s that shows the key in the list of processes', (command) => {
    const args = [command, '--url', 'wss://example.com/datastream?apiKey=sch%2Fsecret'];
    expect(() => parseCommandLine(args, { SCHEMATIC_API_KEY: 'sch/secret' })).toThrow('leave it out');
  });
});
