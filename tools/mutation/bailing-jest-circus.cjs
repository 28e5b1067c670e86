const { env } = require('node:process');
const { createEmptyTestResult } = require('@jest/test-result');
const { default: runFile } = require('jest-circus/runner');

/** The mutant that Stryker has switched on in this process; none in its first run, which has to be complete. */
const activeMutant = () => env.__STRYKER_ACTIVE_MUTANT__;
let caughtMutant;
const isCaught = () => activeMutant() !== undefined && activeMutant() === caughtMutant;

/** A file without a single test would be an error to jest. */
const SKIPPED_TEST = { fullName: 'skipped', status: 'pending', ancestorTitles: [], failureMessages: [] };
const skippedFile = () => ({ ...createEmptyTestResult(), numPendingTests: 1, testResults: [SKIPPED_TEST] });

/**
 * Runs a test file as jest does, but no test after one that fails: that one has caught the mutant, and the others have
 * nothing to add. Stryker takes no test runner for jest's own that is not called "jest-circus".
 */
module.exports = async function run(globalConfig, config, environment, runtime, path, ...rest) {
  if (isCaught()) return skippedFile();
  const handle = environment.handleTestEvent?.bind(environment);
  environment.handleTestEvent = (event, state) => {
    if (event.name === 'test_start' && isCaught()) event.test.mode = 'skip';
    if (event.name === 'test_done' && event.test.errors.length > 0) caughtMutant = activeMutant();
    return handle?.(event, state);
  };
  return runFile(globalConfig, config, environment, runtime, path, ...rest);
};
