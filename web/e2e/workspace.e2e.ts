/** The workspace: one selection everywhere, the walk with the keyboard, themes, and accessibility. */
import type { Page } from '@playwright/test';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, sourceLines, test, violations } from './page.ts';

async function openNode(page: Page): Promise<void> {
  await open(page);
  await drop(page, [
    { name: 'node.save', content: NODE },
    { name: 'node.nft', content: FIREWALL },
  ]);
  await settled(page);
}

test('a card selects the chain everywhere', async ({ page }) => {
  await openNode(page);
  await page
    .getByRole('region', { name: 'Hook map' })
    .getByRole('button', { name: /FORWARD/ })
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('FORWARD');
  await expect(page.getByRole('region', { name: 'Source' }).locator('.source-selected').first()).toBeVisible();
});

test('printing shows the whole map, and the screen comes back as it was', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openNode(page);
  const map = page.getByRole('region', { name: 'Hook map' });
  const svg = map.locator('svg').first();
  const world = svg.locator('g.hm-world');
  const whole = await world.getAttribute('transform');
  await map.getByRole('button', { name: 'Zoom in' }).click();
  await expect(world).not.toHaveAttribute('transform', whole ?? '');
  for (let i = 0; i < 6; i++) await map.getByRole('button', { name: 'Zoom in' }).click();
  await expect(svg.locator('.hm-rule').first()).toBeVisible();
  const zoomed = await world.getAttribute('transform');
  const inside = (): Promise<boolean> =>
    svg.evaluate((node) => {
      const box = node.getBoundingClientRect();
      const cards = [...node.querySelectorAll('.hm-card-ground')].map((card) => card.getBoundingClientRect());
      return (
        cards.length > 0 && cards.every((c) => c.left >= box.left && c.right <= box.right && c.bottom <= box.bottom)
      );
    });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  expect(await inside()).toBe(true);
  // In letters for paper, not for the zoom.
  const sizes = await svg
    .locator('text.hm-title')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).fontSize));
  expect(Math.min(...sizes.map(Number.parseFloat))).toBeGreaterThan(9);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await expect(world).toHaveAttribute('transform', zoomed ?? '');
  expect(await inside()).toBe(false);
});

test('the cursor in the source selects the rule everywhere', async ({ page }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await (await sourceLines(page)).getByText('cali-FORWARD').first().click();
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText(/Calico/);
});

test('the chain view lists rules, and a row selects in the source', async ({ page }) => {
  await openNode(page);
  await page
    .getByRole('region', { name: 'Hook map' })
    .getByRole('button', { name: /FORWARD/ })
    .first()
    .dblclick();
  const chain = page.getByRole('region', { name: 'Chain' });
  await expect(chain.getByRole('table')).toBeVisible();
  const row = chain.getByRole('row').filter({ hasText: 'KUBE-FORWARD' }).first();
  await row.click();
  await expect(row).toHaveAttribute('aria-current', 'true');
  await expect(page.getByRole('region', { name: 'Source' }).locator('.source-selected').first()).toBeVisible();
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('kube-proxy');
});

test('the findings can be walked with the keyboard alone', async ({ page }) => {
  await openNode(page);
  const findings = page.getByRole('region', { name: 'Findings' });
  const first = findings.getByRole('listitem').first().getByRole('button').first();
  // The list is as it stays.
  await expect(findings.getByText('tried for all packets')).toBeVisible();
  for (let i = 0; i < 60 && !(await findings.evaluate((node) => node.contains(document.activeElement))); i++) {
    await page.keyboard.press('Tab');
  }
  for (let i = 0; i < 10 && (await findings.locator('[aria-expanded]:focus').count()) === 0; i++)
    await page.keyboard.press('Tab');
  const focused = findings.locator('[aria-expanded]:focus');
  await expect(focused).toHaveCount(1);
  const title = await focused.textContent();
  await page.keyboard.press('ArrowDown');
  await expect(findings.locator('[aria-expanded]:focus')).not.toHaveText(title ?? '');
  // One is open from the start: Enter closes it, if it is that one.
  if ((await focused.getAttribute('aria-expanded')) === 'true') await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(findings.locator('[aria-expanded=true]')).toHaveCount(1);
  await expect(focused).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Escape');
  await expect(findings.locator('[aria-expanded=true]')).toHaveCount(0);
  await expect(first).toBeVisible();
});

test('the focus is never with nobody: after dialogs, menus, a what-if and a closed dump', async ({ page }) => {
  await open(page);
  await drop(page, [
    { name: 'one.save', content: NODE },
    { name: 'two.nft', content: FIREWALL },
  ]);
  await settled(page);
  const ask = page.getByRole('button', { name: 'Reachability…' });
  await ask.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Reachability' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(ask).toBeFocused();

  await page
    .getByRole('button', { name: /^forward, 0: FORWARD/ })
    .first()
    .focus();
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^forward, 0: FORWARD/ }).first()).toBeFocused();

  // The banner takes the height that the jump tree has: the table stays, and so do its keys.
  await page.setViewportSize({ width: 1280, height: 700 });
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  const rules = page.getByRole('table', { name: 'Rules of FORWARD' });
  await rules.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(page.getByText(/^What if/).first()).toBeVisible();
  await expect(rules).toBeFocused();

  const close = page.getByRole('button', { name: 'Close two.nft' });
  await close.focus();
  await page.keyboard.press('Enter');
  await expect(close).toHaveCount(0);
  await expect(page.getByRole('navigation', { name: 'Dumps' }).getByRole('button').first()).toBeFocused();
});

test('search finds a chain and shows it', async ({ page }) => {
  await openNode(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('cali-fw-cali1234');
  await page
    .getByRole('option', { name: /cali-fw-cali1234/ })
    .first()
    .click();
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('cali-fw-cali1234');
  // Enter at once is for what was typed, not for what is listed until it is found.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('kube-forw');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'KUBE-FORWARD' }).first()).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Search' })).toHaveCount(0);
});

test('an edit is read again, and what was wrong is marked', async ({ page }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await (await sourceLines(page)).getByText('KUBE-FORWARD').first().click();
  await page.keyboard.press('End');
  await page.keyboard.type('\n-A FORWARD --no-such-thing');
  await expect(
    page.getByRole('region', { name: 'Source' }).locator('.squiggly-error, .squiggly-warning').first(),
  ).toBeVisible();
});

test('an owner of the legend dims the others', async ({ page }) => {
  await openNode(page);
  const owner = page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /Calico/ });
  const before = await owner.getAttribute('aria-pressed');
  await owner.click();
  await expect(owner).not.toHaveAttribute('aria-pressed', before ?? '');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no accessibility violation: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page);
    expect(await violations(page)).toEqual([]);
    await drop(page, [
      { name: 'node.save', content: NODE },
      { name: 'node.nft', content: FIREWALL },
    ]);
    await settled(page);
    await expect(page.locator('.monaco-editor').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page
      .getByRole('region', { name: 'Hook map' })
      .getByRole('button', { name: /FORWARD/ })
      .first()
      .dblclick();
    await expect(page.getByRole('region', { name: 'Chain' }).getByRole('table')).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}

test('dark follows the system, and the button overrides it', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open(page);
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(await ground()).toBe('rgb(21, 25, 31)');
  for (let i = 0; i < 3 && (await ground()) !== 'rgb(255, 255, 255)'; i++)
    await page.getByRole('button', { name: /theme/i }).click();
  expect(await ground()).toBe('rgb(255, 255, 255)');
});

test('390 pixels wide, everything can be read', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await paste(page, NODE);
  await expect(page.getByRole('region', { name: 'Findings' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
