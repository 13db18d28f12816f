/**
 * `npm test`: installs what is missing and runs every check: types, lint, import rule, unit and property tests, the build, browser tests.
 * Ends with the total, alone on the last line: `N passed, N failed`. The exit code is 0 only without a failure.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium, ensurePackages, root } from './ensure.mjs';

ensurePackages();
const chromium = await ensureChromium();
const results = join(root, 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const bin = (name) => join(root, 'node_modules', ...name.split('/'));
const node = (args, env = {}) =>
  spawnSync(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NFSCOPE_CHROMIUM: chromium, ...env },
  }).status === 0;

let passed = 0;
let failed = 0;
const check = (name, ok) => {
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
  if (ok) passed++;
  else failed++;
};

for (const project of ['core', 'web', 'node']) {
  check(`types: ${project}`, node([bin('typescript-native/bin/tsc'), '-p', `tsconfig.${project}.json`]));
}
check('lint and format', node([bin('@biomejs/biome/bin/biome'), 'ci', '.']));
check(
  'import rule',
  node([bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'web', '--config', '.dependency-cruiser.cjs']),
);

/** Adds the counts of a JSON report; a suite that broke before it could report is one failure. */
const suite = (name, ok, file, read) => {
  let counts = { passed: 0, failed: 0 };
  try {
    counts = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error(`${name}: no readable report (${error.message})`);
    ok = false;
  }
  if (!ok && counts.failed === 0) counts.failed = 1;
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed`);
  passed += counts.passed;
  failed += counts.failed;
};

const unit = join(results, 'unit.json');
suite(
  'unit and property tests',
  node([bin('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${unit}`]),
  unit,
  (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests }),
);

check('build', node([bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn']));
const browser = join(results, 'e2e.json');
suite(
  'browser tests',
  node([bin('@playwright/test/cli.js'), 'test', '--config', 'web/e2e/playwright.config.ts', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: browser,
  }),
  browser,
  ({ stats }) => ({ passed: stats.expected + stats.flaky, failed: stats.unexpected }),
);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
