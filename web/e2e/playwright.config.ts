import { defineConfig } from '@playwright/test';
import { launchArguments } from './launch.ts';

/** Another one, where something else listens on it. */
const port = Number(process.env['NFSCOPE_E2E_PORT'] ?? 5190);

export default defineConfig({
  testDir: '.',
  testMatch: '*.e2e.ts',
  outputDir: '../../test-results/e2e',
  timeout: 60_000,
  // One picture for every machine: README.md says what it is compared with.
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  expect: {
    timeout: 15_000,
    toHaveScreenshot: {
      animations: 'disabled',
      caret: 'hide',
      scale: 'css',
      threshold: 0.1,
      maxDiffPixelRatio: 0.02,
      stylePath: './pictures.css',
    },
  },
  fullyParallel: true,
  workers: 2,
  // A test that passes only the second time is listed as flaky; on a machine under load a page may be slower than any wait.
  retries: 1,
  forbidOnly: true,
  use: {
    baseURL: `http://127.0.0.1:${port}/some/sub-path/`,
    browserName: 'chromium',
    // Each test has a browser of its own, which would fetch the whole page ahead: offline.e2e.ts is about that.
    serviceWorkers: 'block',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(process.env['NFSCOPE_CHROMIUM'] ? { executablePath: process.env['NFSCOPE_CHROMIUM'] } : {}),
      // Letters as the font has them, not as this machine's settings hint them.
      args: [...launchArguments, '--font-render-hinting=none', '--disable-lcd-text'],
    },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  webServer: {
    // The built page, from a plain static server, below a path: relative URLs are part of what is tested.
    command: `node web/e2e/serve.mjs --port ${port} --path /some/sub-path/`,
    cwd: '../..',
    port,
    reuseExistingServer: false,
  },
});
