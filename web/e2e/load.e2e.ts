/** What the browser fetches before there is a map: little, and nothing twice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { NODE } from './dumps.ts';
import { expect, open, paste, settled, test } from './page.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
/** Bytes, as gzip. */
const FIRST_LOAD = 200_000;

function gzipped(file: string): number {
  return gzipSync(readFileSync(join(DIST, file))).length;
}

test('the first load of JavaScript is under 200 kB', async ({ page }) => {
  const fetched: string[] = [];
  page.on('request', (request) => {
    // A worker's code runs beside the page.
    const file = /assets\/[^/]+\.js$/.exec(new URL(request.url()).pathname)?.[0];
    if (file !== undefined && request.resourceType() === 'script' && !/worker-[\w-]+\.js$/.test(file))
      fetched.push(file);
  });
  await open(page);
  const first = [...fetched];
  expect(first.length).toBeGreaterThan(0);
  expect(first.reduce((sum, file) => sum + gzipped(file), 0)).toBeLessThan(FIRST_LOAD);

  await paste(page, NODE);
  await settled(page);
  // What comes after the map comes by itself, so that it is there when it is asked for.
  await expect.poll(() => fetched.some((file) => file.includes('ChainView'))).toBe(true);
  expect(new Set(fetched).size).toBe(fetched.length);
});

test('what is asked for before its code is there opens when it has come', async ({ page }) => {
  await page.route(/ExportMenu|SearchDialog/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  await open(page);
  await paste(page, NODE);
  await page.getByRole('button', { name: 'Export' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('FORWARD');
  await expect(page.getByRole('dialog', { name: 'Search' })).toBeVisible();
  await expect(page.getByRole('combobox')).toHaveValue('FORWARD');
  // A menu that closes late takes the focus back, away from the search.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.type(' cali');
  await expect(page.getByRole('combobox')).toHaveValue('FORWARD cali');
});

test('a part that cannot be fetched says so, with a way to try again', async ({ page }) => {
  await page.route(/ChainView-.*\.js/, (route) =>
    route.fulfill({ status: 200, contentType: 'text/javascript', body: 'throw new Error("cut off")' }),
  );
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'could not be loaded (cut off)' });
  await expect(alert.getByRole('button', { name: 'Try again' })).toBeVisible();
  await page.getByRole('button', { name: 'Hooks', exact: true }).click();
  await settled(page);
});
