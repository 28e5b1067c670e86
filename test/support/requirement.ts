import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// Continuous integration sets it: there a missing part is a failure, and not a test that somebody else will run.
const ARE_REQUIRED = process.env['REQUIRE_FAULTS'] === '1';
// Not every user has the folders of the system's programs on the PATH.
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];

/** A part of the machine that a suite needs: here, or missing for a reason. */
export interface Requirement {
  name: string;
  missing?: string;
  /** Whether that is how it should be, so that it is no failure where everything is required. */
  isExcused?: boolean;
}

/** A program on the PATH, or among those of the system. */
export function program(name: string): Requirement {
  return pathOf(name) ? { name } : { name, missing: `${name} is not installed (npm run faults:install installs it)` };
}

/** Where a program is, when it is here. */
export function pathOf(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
}

/** Describes a suite where the machine has all that it needs, and elsewhere says what is missing. */
export function describeWhere(requirements: readonly Requirement[], name: string, suite: () => void): void {
  const missing = requirements.filter((requirement) => requirement.missing !== undefined);
  const reason = missing.map((requirement) => requirement.missing).join(', ');
  if (missing.length === 0) describe(name, suite);
  else nameMissing(name, reason, ARE_REQUIRED && !missing.every(({ isExcused }) => isExcused));
}

function nameMissing(name: string, reason: string, isFailure: boolean): void {
  if (isFailure) {
    test(`${name} has what it needs`, () => {
      throw new Error(reason);
    });
    return;
  }
  const line = `${name}: skipped, ${reason}`;
  // A run of several files names no test that has not failed.
  process.stderr.write(`${line}\n`);
  test.skip(line, () => undefined);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
