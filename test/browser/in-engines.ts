import { ChromiumEngine, type ChromiumPage } from './engines/chromium';
import { findEngines } from './engines/find';
import { useScene, type Scene } from './scene';

// Continuous integration sets it: there a missing engine is a failure, and not a test that somebody else will run.
const ARE_REQUIRED = process.env['REQUIRE_BROWSERS'] === '1';

const findings = findEngines();

/** Describes a suite once for every engine that is here, and names those that are not. */
export function inEveryEngine(suite: (scene: Scene) => void): void {
  for (const finding of findings) {
    if ('missing' in finding) nameMissing(finding);
    else describe(finding.name, () => suite(useScene(finding)));
  }
}

/** Describes a suite for the engines that can do what the tests of it ask for. */
export function inChromium(suite: (scene: Scene<ChromiumPage>) => void): void {
  for (const finding of findings) {
    if ('missing' in finding && finding.name === 'Chromium') nameMissing(finding);
    else if (finding instanceof ChromiumEngine) describe(finding.name, () => suite(useScene(finding)));
  }
}

function nameMissing({ name, missing }: { name: string; missing: string }): void {
  if (ARE_REQUIRED) {
    test(`${name} is here`, () => {
      throw new Error(missing);
    });
    return;
  }
  const line = `${name} is skipped: ${missing}`;
  // A run of several files names no test that has not failed.
  process.stderr.write(`${line}\n`);
  test.skip(line, () => undefined);
}
