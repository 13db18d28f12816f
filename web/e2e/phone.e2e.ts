/** A phone: nothing cut off, everything that a finger presses large enough, and what the bars of a wide page have within reach. */
import type { Page } from '@playwright/test';
import { NODE } from './dumps.ts';
import { drop, expect, open, test, violations } from './page.ts';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

/** Pixels that a finger needs each way. */
const FINGER = 44;

async function openPhone(page: Page): Promise<void> {
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE }]);
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Packet path' })).toBeVisible();
}

const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name });

/** What can be pressed and is too small, with its size; and what is wider than the page. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate((finger) => {
    const found: string[] = [];
    for (const element of document.querySelectorAll(
      'button, a[href], select, summary, [role=menuitem], input:not(.field input)',
    )) {
      if (!element.checkVisibility() || element.closest('.visually-hidden, .monaco-editor')) continue;
      const { width, height } = element.getBoundingClientRect();
      const edge = getComputedStyle(element, '::after');
      const own = edge.content !== 'none' && edge.position === 'absolute';
      const wide = Math.max(width, own ? Number.parseFloat(edge.width) : 0);
      const high = Math.max(height, own ? Number.parseFloat(edge.height) : 0);
      if (wide < finger - 0.5 || high < finger - 0.5)
        found.push(`${element.className} "${element.textContent}": ${wide} x ${high}`);
    }
    const beyond = document.documentElement.scrollWidth - innerWidth;
    return beyond > 0 ? [...found, `the page is ${beyond} pixels too wide`] : found;
  }, FINGER);
}

test('all that can be pressed is large enough for a finger, in every view', async ({ page }) => {
  await openPhone(page);
  for (const name of ['Overview', 'Chain', 'Trace', 'Cost', 'Source']) {
    await tab(page, name).click();
    await page.waitForTimeout(700);
    expect(await tooSmall(page), name).toEqual([]);
  }
});

test('export and help are at the end of the overview; help begins with gestures', async ({ page }) => {
  await openPhone(page);
  await page.getByRole('button', { name: 'Export' }).click();
  const menu = page.getByRole('menu');
  await expect(menu).toBeVisible();
  expect(await tooSmall(page)).toEqual([]);
  const box = await menu.boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Keys/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Keys and gestures' });
  await expect(sheet.getByRole('heading', { level: 3 }).first()).toHaveText('Pointer and touch');
  expect(await violations(page)).toEqual([]);
});

test('what is selected is told over the lower half, with a way to close it', async ({ page }) => {
  await openPhone(page);
  await page
    .getByRole('button', { name: /^FORWARD/ })
    .first()
    .click();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await expect(inspector).toContainText('FORWARD');
  const box = await inspector.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(844 - 50);
  await page.getByRole('button', { name: 'Close the inspector' }).click();
  await expect(inspector).toHaveCount(0);
});
