import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A jest reporter that leaves the counts of one run in the folder JEST_COUNTS, for the sum over all runners. */
export default class CountReporter {
  onRunComplete(
    _contexts,
    { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
  ) {
    const folder = process.env.JEST_COUNTS;
    if (!folder) return;
    const counts = {
      passed: numPassedTests,
      // A file that cannot even be loaded has failed, though no test of it was counted.
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests + numTodoTests,
    };
    writeFileSync(join(folder, `jest-${process.pid}.json`), JSON.stringify(counts));
  }
}
