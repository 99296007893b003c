// `npm test`: set-up, then lint, format, types, rooms and every test. The last line counts them all.

import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { node24, root, run, setup } from './setup.mjs';

setup();
const node = node24();
const bin = (name) => path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
// the tools' first line is `#!/usr/bin/env node`: let it find Node 24
const env = { ...process.env, PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}` };
const windows = { env, shell: process.platform === 'win32' };

const checks = [
  ['lint', () => run(bin('oxlint'), ['--deny-warnings', 'src', 'scripts', 'test', 'bench'], windows)],
  ['format', () => run(bin('oxfmt'), ['--check', 'src', 'scripts', 'test', 'bench'], windows)],
  ['types', () => run(bin('tsc'), ['-p', 'tsconfig.json'], windows)],
  ['types without a platform', () => run(bin('tsc'), ['-p', 'tsconfig.pure.json'], windows)],
  ['rooms', () => run(node, [path.join('scripts', 'check-rooms.ts')], { env })],
];

let passed = 0;
let failed = 0;
let skipped = 0;
for (const [name, check] of checks) {
  const status = check();
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (status === 0) passed++;
  else failed++;
}

const report = path.join(root, '.cache', 'test-report.json');
rmSync(report, { force: true });
const status = run(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
  windows,
);
try {
  const counts = JSON.parse(readFileSync(report, 'utf8'));
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  skipped += counts.numPendingTests + counts.numTodoTests;
  // a file that cannot be loaded has no test to fail
  if (status !== 0 && counts.numFailedTests === 0) failed += Math.max(1, counts.numFailedTestSuites);
} catch {
  process.stdout.write('FAIL vitest left no report\n');
  failed++;
}
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exit(failed === 0 && status === 0 ? 0 : 1);
