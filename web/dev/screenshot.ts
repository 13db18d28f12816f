/**
 * Takes the README's screenshots from the built page: `npm run build && npx tsx web/dev/screenshot.ts [--out public]`.
 * They are taken when all is proved; `pngquant` or the like makes them as small as they are in the repository.
 * `--all FOLDER` takes every main view in both themes and four sizes, for looking at; `--file FILE` (repeatable) opens files instead of a sample; `--view VIEW` (repeatable) takes only those.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { launchArguments } from '../e2e/launch.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'public' },
    all: { type: 'string' },
    file: { type: 'string', multiple: true },
    view: { type: 'string', multiple: true },
    sample: { type: 'string', default: 'Six writers' },
  },
});
const PORT = 5192;
const README = [
  ['Hooks', 'screenshot.png'],
  ['Chain', 'screenshot-chain.png'],
  ['Trace', 'screenshot-trace.png'],
] as const;
/** Milliseconds: what is proved of a sample is proved by then. */
const PATIENCE = 240_000;
const SIZES = [
  [1280, 800],
  [1440, 900],
  [2560, 1440],
  [390, 844],
] as const;

const server = spawn(process.execPath, ['web/e2e/serve.mjs', '--port', String(PORT)], { stdio: 'inherit' });
const browser = await chromium.launch({
  executablePath: process.env['NFSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: launchArguments,
});
try {
  if (values.all === undefined) {
    for (const [view, name] of README) await shoot(browser, 1440, 900, 'light', view, join(values.out, name), true);
  } else {
    for (const [width, height] of SIZES) {
      for (const theme of ['light', 'dark'] as const) {
        for (const view of values.view ?? ['Landing', 'Hooks', 'Chain', 'Cost']) {
          await shoot(
            browser,
            width,
            height,
            theme,
            view,
            join(values.all, `${view.toLowerCase()}-${width}x${height}-${theme}.png`),
          );
        }
      }
    }
  }
} finally {
  await browser.close();
  server.kill();
}

async function shoot(
  from: Browser,
  width: number,
  height: number,
  colorScheme: 'light' | 'dark',
  view: string,
  path: string,
  proved = false,
): Promise<void> {
  const context = await from.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${PORT}/`);
  await page.waitForLoadState('networkidle');
  if (view !== 'Landing') {
    if (values.file) await page.locator('input[type=file]').first().setInputFiles(values.file);
    else
      await page
        .getByRole('button', { name: new RegExp(values.sample) })
        .first()
        .click();
    await page
      .getByText(/parsed in|rules/)
      .first()
      .waitFor();
    // What a reader of the picture wants: the editor instead of its preview, no tooltip.
    await page.mouse.move(3, 3);
    if (width >= 700) await page.locator('.monaco-editor .view-line').first().waitFor();
    await page.waitForTimeout(2500);
    if (proved) await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: PATIENCE });
    if (view !== 'Hooks') {
      await page.getByRole('button', { name: view, exact: true }).first().click();
      await page.waitForTimeout(800);
    }
  }
  // What the sample is to be looked at for would lie over it.
  for (const dismiss of await page.getByRole('button', { name: 'Dismiss' }).all()) await dismiss.click();
  await page.screenshot({ path });
  await context.close();
}
