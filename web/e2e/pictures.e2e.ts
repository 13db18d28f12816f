/**
 * What the main views look like, in both themes: compared with the pictures in `pictures/`, within a tolerance for how another browser draws letters.
 * README.md says how they are recorded again.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, open, test } from './page.ts';

const SAMPLES = new URL('../../samples/', import.meta.url);
/** Several owners, every kind of mark but overruled; proved within seconds. */
const NODE = sample('calico-append/worker-1.save');
/** A node of a few rules, with counters. */
const SMALL = sample('docker-ufw/web-01.save');
/** The page without its letters: what remains is drawn alike by all browsers, so a mark or a stripe of another colour is noticed. */
const SHAPES = {
  stylePath: ['pictures.css', 'pictures-shapes.css'].map((name) => fileURLToPath(new URL(name, import.meta.url))),
  threshold: 0.05,
  maxDiffPixels: 100,
};
const PROOF_PATIENCE = 60_000;

function sample(path: string): string {
  return fileURLToPath(new URL(path, SAMPLES));
}

/** Opens the files and waits for what comes later: proofs, fonts, the editor. */
async function openFiles(page: Page, ...files: readonly string[]): Promise<void> {
  await open(page);
  await page.locator('#file-input').setInputFiles([...files]);
  await expect(page.locator('.proof-line:not([data-working])')).toBeAttached({ timeout: PROOF_PATIENCE });
}

/** What a finding's proof says is the subject of one picture, not of all. */
async function closeFinding(page: Page): Promise<void> {
  const open = page.locator('[data-finding][aria-expanded=true]');
  if ((await open.count()) > 0) await open.first().click();
  await expect(open).toHaveCount(0);
}

async function show(page: Page, view: string): Promise<void> {
  await page.getByRole('button', { name: view, exact: true }).first().click();
}

async function compare(page: Page, name: string, shapes: object = SHAPES): Promise<void> {
  await page.mouse.move(1, 1);
  await page.evaluate(() => document.fonts.ready);
  await expect(page).toHaveScreenshot(`${name}.png`);
  await expect(page).toHaveScreenshot(`${name}-shapes.png`, shapes);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`${colorScheme} theme`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 800 }, contextOptions: { reducedMotion: 'reduce' } });

    test('landing', async ({ page }) => {
      await open(page);
      await expect(page.getByRole('button', { name: /Six writers/ }).first()).toBeVisible();
      await compare(page, `landing-${colorScheme}`);
    });

    test('map', async ({ page }) => {
      await openFiles(page, NODE);
      await closeFinding(page);
      await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
      await compare(page, `map-${colorScheme}`);
    });

    test('findings', async ({ page }) => {
      await openFiles(page, SMALL);
      const finding = page.getByRole('region', { name: 'Findings' }).locator('[data-finding]').nth(1);
      await finding.click();
      await expect(finding).toHaveAttribute('aria-expanded', 'true');
      await expect(page.locator('.monaco-editor .view-line').first()).toBeVisible();
      await compare(page, `findings-${colorScheme}`);
    });

    test('chain', async ({ page }) => {
      await openFiles(page, NODE);
      await closeFinding(page);
      await show(page, 'Chain');
      await expect(page.getByRole('region', { name: 'Chain' }).getByRole('row').nth(5)).toBeVisible();
      // The jump tree is a canvas, from which a style sheet takes no letters.
      await compare(page, `chain-${colorScheme}`, { ...SHAPES, maxDiffPixels: 500 });
    });

    test('trace', async ({ page }) => {
      await openFiles(page, NODE);
      await show(page, 'Trace');
      await page
        .getByRole('list', { name: 'Packets from this dump' })
        .getByRole('button', { name: /Pod → Service/ })
        .click();
      await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Decides.');
      await compare(page, `trace-${colorScheme}`);
    });

    test('cost', async ({ page }) => {
      await openFiles(page, NODE);
      await show(page, 'Cost');
      await expect(
        page.getByRole('region', { name: 'Rules evaluated per packet' }).getByRole('row').nth(1),
      ).toBeVisible();
      await compare(page, `cost-${colorScheme}`);
    });
  });

  test.describe(`${colorScheme} theme, phone`, () => {
    test.use({
      colorScheme,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      contextOptions: { reducedMotion: 'reduce' },
    });

    test('phone', async ({ page }) => {
      await openFiles(page, NODE);
      await expect(page.getByRole('heading', { name: 'Packet path' })).toBeVisible();
      await compare(page, `phone-${colorScheme}`);
    });
  });
}
