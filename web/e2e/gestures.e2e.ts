/** What hands do to the page: fingers on the map, the wheel, the pointer at rest, and the edges between the panels. */
import type { Locator, Page } from '@playwright/test';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, settled, test } from './page.ts';

const FORWARD = /^forward, 0: FORWARD/;

async function openMap(page: Page): Promise<Locator> {
  await open(page);
  await drop(page, [
    { name: 'node.save', content: NODE },
    { name: 'node.nft', content: FIREWALL },
  ]);
  await settled(page);
  await expect(page.getByRole('region', { name: 'Findings' })).toHaveAttribute('aria-busy', 'false');
  return page.getByRole('region', { name: 'Hook map' });
}

async function boxOf(of: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await of.boundingBox();
  if (!box) throw new Error('it has no size');
  return box;
}

test.describe('on a touch screen', () => {
  test.use({ viewport: { width: 1180, height: 820 }, hasTouch: true });

  test('one finger moves the map, two zoom in between them, and so they do in the jump tree', async ({
    page,
    context,
  }) => {
    const map = await openMap(page);
    const forward = map.getByRole('button', { name: FORWARD }).first();
    const cdp = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...points: readonly (readonly [number, number])[]) =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    const start = await boxOf(forward);
    const [x, y] = [start.x + start.width / 2, start.y + start.height / 2];
    for (let step = 0; step <= 10; step++) {
      const off = 20 + step * 6;
      await touch(step === 0 ? 'touchStart' : 'touchMove', [x - off, y], [x + off, y]);
    }
    await touch('touchEnd');
    const near = await boxOf(forward);
    expect(near.width / start.width).toBeGreaterThan(1.5);
    expect(Math.abs(near.x + near.width / 2 - x)).toBeLessThan(8);
    await touch('touchStart', [x, y]);
    for (let step = 1; step <= 10; step++) await touch('touchMove', [x - step * 5, y]);
    await touch('touchEnd');
    expect((await boxOf(forward)).x).toBeCloseTo(near.x - 50, -1);
    // A tap selects; in the chain view the jump tree follows fingers as well.
    await page.getByRole('button', { name: 'Fit' }).click();
    await forward.tap({ position: { x: 40, y: 8 } });
    await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('FORWARD');
    await page.getByRole('button', { name: 'Chain', exact: true }).tap();
    const tree = page.getByRole('tree', { name: 'Jump tree' });
    const box = await boxOf(tree);
    const [middle, down] = [box.x + box.width * 0.1, box.y + box.height / 2];
    for (let step = 0; step <= 10; step++) {
      const off = 10 + step * 4;
      await touch(step === 0 ? 'touchStart' : 'touchMove', [middle, down - off], [middle, down + off]);
    }
    await touch('touchEnd');
    await expect(page.getByRole('navigation', { name: 'Zoomed in' })).toContainText('a part');
  });
});

test.describe('a finger that rests', () => {
  test.use({ viewport: { width: 1180, height: 820 }, hasTouch: true });

  test('asks what can be done; the menu is there when it is lifted, and a tap chooses', async ({ page, context }) => {
    const map = await openMap(page);
    const card = await boxOf(map.getByRole('button', { name: FORWARD }).first());
    const cdp = await context.newCDPSession(page);
    const at = { x: card.x + 14, y: card.y + 10 };
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
    const menu = page.getByRole('menu', { name: 'On the map' });
    await expect(menu).toBeVisible();
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.waitForTimeout(400);
    await menu.getByRole('menuitem', { name: 'Show in chain' }).tap();
    await expect(page.getByRole('region', { name: 'Chain', exact: true })).toContainText('FORWARD');
  });
});

test('the wheel zooms where the pointer is, and Fit brings all of the map back', async ({ page }) => {
  const map = await openMap(page);
  const forward = map.getByRole('button', { name: FORWARD }).first();
  const start = await boxOf(forward);
  const at = { x: start.x + start.width * 0.3, y: start.y + start.height * 0.5 };
  await page.mouse.move(at.x, at.y);
  await page.mouse.wheel(0, -180);
  await expect.poll(async () => (await boxOf(forward)).width).toBeGreaterThan(start.width * 1.2);
  await expect
    .poll(async () => {
      const near = await boxOf(forward);
      return Math.abs(near.x + near.width * 0.3 - at.x);
    })
    .toBeLessThan(3);
  // Far in, the row's priority stays in view when its upper edge has left it.
  for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -180);
  await expect(map.getByRole('button', { name: /^rule 1: any packet/ }).first()).toBeVisible();
  const priority = map.locator('.hm-axis text', { hasText: /^filter$/ });
  const strip = await boxOf(map.locator('.hm-strip .hm-backdrop'));
  await page.mouse.move(at.x + 150, at.y + 150);
  await page.mouse.down();
  await page.mouse.move(at.x + 150, at.y - 150, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => (await boxOf(forward)).y).toBeLessThan(strip.y + strip.height);
  await expect.poll(async () => (await boxOf(priority)).y).toBeGreaterThan(strip.y + strip.height);
  await map.getByRole('button', { name: 'Fit' }).click();
  await expect.poll(async () => Math.abs((await boxOf(forward)).x - start.x)).toBeLessThan(2);
  expect(Math.abs((await boxOf(forward)).width - start.width)).toBeLessThan(2);
});

test('what the pointer rests on is told beside it, and no longer than that', async ({ page }) => {
  const map = await openMap(page);
  await map
    .getByRole('button', { name: FORWARD })
    .first()
    .hover({ position: { x: 30, y: 8 } });
  const told = map.locator('.map-tooltip');
  await expect(told).toContainText('forward at 0');
  await expect(told).toContainText('policy');
  const [card, words] = [await boxOf(map.getByRole('button', { name: FORWARD }).first()), await boxOf(told)];
  expect(words.x >= card.x + card.width || words.x + words.width <= card.x).toBe(true);
  await page.mouse.move(2, 2);
  await expect(told).toHaveCount(0);
});

test('the panels keep their sizes, and whether they are open, over a reload', async ({ page }) => {
  const map = await openMap(page);
  await map.getByRole('button', { name: FORWARD }).first().click();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  const findings = page.getByRole('region', { name: 'Findings' });
  const was = { inspector: (await boxOf(inspector)).height, findings: (await boxOf(findings)).width };
  for (const [edge, key] of [
    ['Height of the inspector', 'ArrowUp'],
    ['Width of the findings', 'ArrowLeft'],
  ] as const) {
    await page.getByRole('separator', { name: edge }).focus();
    await page.keyboard.press(key);
    await page.keyboard.press(key);
  }
  await page.getByRole('button', { name: 'Hide source' }).click();
  await expect(page.getByRole('region', { name: 'Source' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Hide findings' }).click();
  await page.getByRole('button', { name: /^Show findings/ }).click();
  const now = { inspector: (await boxOf(inspector)).height, findings: (await boxOf(findings)).width };
  expect(now.inspector).toBeGreaterThan(was.inspector + 20);
  expect(now.findings).toBeGreaterThan(was.findings + 20);
  await page.reload();
  await settled(page);
  await expect(page.getByRole('button', { name: 'Show source' })).toBeVisible();
  await map.getByRole('button', { name: FORWARD }).first().click();
  expect(Math.abs((await boxOf(inspector)).height - now.inspector)).toBeLessThan(4);
  expect(Math.abs((await boxOf(findings)).width - now.findings)).toBeLessThan(4);
});
