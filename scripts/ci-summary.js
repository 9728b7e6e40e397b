// Prints "N passed, N failed" for .ci/run and exits 0 if nothing failed, else 3.
//   node scripts/ci-summary.js <file written by jest --json> <number of failed steps>
import { existsSync, readFileSync } from 'node:fs';

const [file, steps] = process.argv.slice(2);
const failedSteps = Number(steps);
if (!file || !Number.isInteger(failedSteps)) {
  console.error('usage: node scripts/ci-summary.js <jest results.json> <failed steps>');
  process.exit(2);
}

const results = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
const passed = results?.numPassedTests ?? 0;
// a file that does not load has no tests of its own to count
const brokenSuites = results?.numRuntimeErrorTestSuites ?? 0;
const failedTests = (results?.numFailedTests ?? 0) + brokenSuites;
// a skipped test proves nothing, and a focused one skips all others
const skippedTests = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);

for (const suite of results?.testResults ?? []) {
  const name = suite.name.replace(`${process.cwd()}/`, '');
  for (const test of suite.assertionResults) {
    if (test.status !== 'passed') console.log(`${test.status}: ${name} › ${test.fullName}`);
  }
  if (suite.status === 'failed' && suite.assertionResults.length === 0) {
    console.log(`did not run: ${name}`);
  }
}
if (passed === 0 && failedTests === 0) console.log('no test ran');

// the step of the tests fails with its tests: counting both would say one fault twice
const testsSaidIt = failedTests > 0 && failedSteps > 0 ? 1 : 0;
const nothingRan = passed === 0 && failedTests === 0 && failedSteps === 0 ? 1 : 0;
const failed = failedTests + skippedTests + failedSteps - testsSaidIt + nothingRan;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 3);
