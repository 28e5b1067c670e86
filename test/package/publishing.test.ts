import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const read = (file: string) => readFileSync(file, 'utf8');
const manifest = JSON.parse(read('package.json')) as {
  version: string;
  license: string;
  keywords: string[];
  engines: { node: string };
  repository: { url: string };
  bugs: { url: string };
  homepage: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
};

describe('package.json', () => {
  it('names a license that is there', () => {
    expect(manifest.license).toBe('MIT');
    expect(read('LICENSE')).toMatch(/^MIT License\n/);
  });

  it('leads to one repository: its code, its issues, its page', () => {
    const [, address = ''] = /^git\+(https:\/\/.+)\.git$/.exec(manifest.repository.url) ?? [];
    expect(address).not.toBe('');
    expect([manifest.bugs.url, manifest.homepage]).toEqual([`${address}/issues`, `${address}#readme`]);
  });

  it('says which Node it needs, and by which words it is found', () => {
    expect(manifest.engines).toEqual({ node: '>=20' });
    expect(manifest.keywords).toEqual(expect.arrayContaining(['schematic', 'websocket', 'feature-flags']));
  });

  it('has three dependencies', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['isomorphic-ws', 'mitt', 'ws']);
  });

  it('is published from nothing but a build that was checked', () => {
    const steps = manifest.scripts['prepublishOnly']?.split(' && ') ?? [];
    expect(steps).toEqual(expect.arrayContaining(['npm run check', 'npm run build', 'npm run check:package']));
    expect(steps.indexOf('npm run build')).toBeLessThan(steps.indexOf('npm run check:package'));
    expect(manifest.scripts['check:package']).toContain('publint --strict && attw --pack .');
  });
});

describe('CHANGELOG.md', () => {
  const changelog = read('CHANGELOG.md');
  const versions = [...changelog.matchAll(/^## \[(.+?)\](?: - (.+))?$/gm)].map(([, name = '', date]) => ({
    name,
    date,
  }));

  it('begins with what is not released, and has the version of this package below, with its date', () => {
    expect(versions[0]).toEqual({ name: 'Unreleased', date: undefined });
    expect(versions[1]?.name).toBe(manifest.version);
    expect(versions[1]?.date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
  });

  it('has the headings of keep-a-changelog alone', () => {
    const headings = [...changelog.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
    expect(headings.length).toBeGreaterThan(0);
    expect(headings.filter((heading) => !known.includes(heading ?? ''))).toEqual([]);
  });

  it('links every version to its changes', () => {
    const address = manifest.homepage.replace('#readme', '');
    for (const { name } of versions) expect(changelog).toContain(`\n[${name.toLowerCase()}]: ${address}/`);
  });
});

describe('a workflow', () => {
  const FOLDER = '.github/workflows';
  const validate = (file: string) =>
    execFileSync(process.execPath, [require.resolve('@action-validator/cli/cli.mjs'), file], { stdio: 'pipe' });
  const workflows = readdirSync(FOLDER);

  it('is there for every push and for every release', () => {
    expect(workflows.sort()).toEqual(['ci.yml', 'release.yml']);
  });

  it.each(workflows)('is valid: %s', (file) => {
    expect(() => validate(join(FOLDER, file))).not.toThrow();
  });

  it('would be found wrong', () => {
    expect(() => validate('package.json')).toThrow();
  });

  it('runs what .ci/run runs', () => {
    const ci = read(join(FOLDER, 'ci.yml'));
    expect(ci).toContain('bash .ci/run');
    expect(existsSync('.ci/run')).toBe(true);
  });

  it('publishes a version that its tag names, with provenance and without a token', () => {
    const release = read(join(FOLDER, 'release.yml'));
    for (const part of ["tags: ['v*']", 'id-token: write', 'npm ci', 'GITHUB_REF_NAME', '--provenance'])
      expect(release).toContain(part);
    expect(release).not.toContain('secrets.');
  });
});
