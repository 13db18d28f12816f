/** Ways through a node: the map's menu, back and forth, and the search for what contains an address. */
import type { Page } from '@playwright/test';
import { decodeLink } from '../permalink/link.ts';
import { NODE } from './dumps.ts';
import { expect, open, paste, settled, test } from './page.ts';

async function openNode(page: Page): Promise<void> {
  await open(page);
  await paste(page, NODE);
  await settled(page);
}

const card = (page: Page) =>
  page
    .getByRole('region', { name: 'Hook map' })
    .getByRole('button', { name: /FORWARD/ })
    .first();

test('the map’s menu traces, shows the source, copies Markdown and a link', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openNode(page);
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await card(page).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy as Markdown' }).click();
  await expect(page.getByText(/Copied \d+ rules as Markdown/)).toBeVisible();
  expect(await copied()).toMatch(/^`ip filter FORWARD`: hook forward, priority 0, policy drop/);

  await card(page).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy a link to here' }).click();
  await expect(page.getByText(/Copied a link of/)).toBeVisible();
  const link = await copied();
  expect(decodeLink(link)).toMatchObject({
    ok: true,
    view: { selection: { address: { table: 'filter', chain: 'FORWARD' } } },
  });

  await card(page).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Show in source' }).click();
  await expect(page.getByRole('region', { name: 'Source' }).locator('.source-selected').first()).toBeVisible();

  // With the keyboard, too.
  await card(page).focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Trace a packet to here' }).click();
  await expect(page.getByRole('region', { name: /Way of the packet/ })).toBeVisible();
});

test('back and forward lead through the places that were visited', async ({ page }) => {
  await openNode(page);
  const inspector = page.getByRole('region', { name: 'Inspector' });
  const view = page.getByRole('group', { name: 'View' });
  const pressed = (name: string) => expect(view.getByRole('button', { name })).toHaveAttribute('aria-pressed', 'true');
  const pause = () => page.waitForTimeout(700);
  await pause();
  await card(page).click();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await pause();
  const world = page.locator('g.hm-world');
  const zoomed = await world.getAttribute('transform');
  await view.getByRole('button', { name: 'Chain' }).click();
  await pause();
  await view.getByRole('button', { name: 'Cost' }).click();
  await pause();
  await page.goBack();
  await pressed('Chain');
  await page.goBack();
  await pressed('Hooks');
  await expect(inspector).toContainText('FORWARD');
  await expect(world).toHaveAttribute('transform', zoomed ?? '');
  await page.goBack();
  await expect(inspector).toHaveCount(0);
  await page.goForward();
  await expect(inspector).toContainText('FORWARD');
  await page.goForward();
  await pressed('Chain');
  // The place is this page's after a reload, too; of those before it the browser's history has the views, and nothing of the rules.
  await page.reload();
  await pressed('Chain');
  await expect(page.getByText(/parsed in/)).toBeVisible();
  await pause();
  expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain('FORWARD');
  await page.goBack();
  await pressed('Hooks');
});

test('search finds what contains an address, a Service, and a port', async ({ page }) => {
  await openNode(page);
  const options = page.getByRole('option');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('192.0.2.77');
  await expect(options.filter({ hasText: '192.0.2.0/24' }).first()).toBeVisible();
  await page.getByRole('combobox').fill('kube-dns');
  await expect(options.filter({ hasText: '10.96.0.10:53 UDP' }).first()).toBeVisible();
  await page.getByRole('combobox').fill('10.96.0.10:53');
  await options.filter({ hasText: 'kube-system/kube-dns:dns' }).first().click();
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('kube-dns');
});
