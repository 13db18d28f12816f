/** The trace view: a packet of the dump, its steps and fate; forks and pins; keys; the link; a packet that reaches a rule. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, settled, test, violations } from './page.ts';

/** Two endpoints, and an ipset that the dump does not have. */
const FORKED = NODE.replace(
  '[2:120] -A KUBE-SVC-BBBBBBBBBBBBBBBB -m comment',
  `[1:60] -A KUBE-SVC-BBBBBBBBBBBBBBBB -m comment --comment "default/web -> 10.244.2.9:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-CCCCCCCCCCCCCCCC
[2:120] -A KUBE-SVC-BBBBBBBBBBBBBBBB -m comment`,
)
  .replace(':KUBE-SERVICES - [0:0]\n:KUBE-SVC', ':KUBE-SEP-CCCCCCCCCCCCCCCC - [0:0]\n:KUBE-SERVICES - [0:0]\n:KUBE-SVC')
  .replace(
    '[2:120] -A KUBE-SERVICES -d 10.96.12.34',
    '[1:60] -A KUBE-SEP-CCCCCCCCCCCCCCCC -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination 10.244.2.9:8080\n[2:120] -A KUBE-SERVICES -d 10.96.12.34',
  )
  .replace('[3:180] -A FORWARD -s 192.0.2.0/24 -j DROP', '[3:180] -A FORWARD -m set --match-set blocked src -j DROP');

async function openTrace(page: Page, content: string): Promise<void> {
  await open(page);
  await drop(page, [{ name: 'node.save', content }]);
  await page.getByRole('button', { name: 'Trace', exact: true }).first().click();
  await expect(page.getByRole('form', { name: 'Packet fields' })).toBeVisible();
}

const field = (page: Page, name: string) =>
  page.getByRole('form', { name: 'Packet fields' }).getByLabel(name, { exact: true });
const steps = (page: Page) => page.getByRole('region', { name: 'Steps of the packet' });
const current = (page: Page) => steps(page).locator('[aria-current="step"]');

async function podToService(page: Page): Promise<void> {
  await page
    .getByRole('list', { name: 'Packets from this dump' })
    .getByRole('button', { name: /Pod → Service/ })
    .click();
  await expect(steps(page)).toContainText('default/web');
}

test('a packet of the dump shows its steps, what changes, and its fate', async ({ page }) => {
  await openTrace(page, NODE);
  await podToService(page);
  await expect(field(page, 'destination')).toHaveValue('10.96.12.34');
  await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Forwarded');
  await expect(steps(page)).toContainText('10.244.1.5:8080');
  await expect(steps(page)).toContainText('Decides.');
  await expect(page.getByRole('region', { name: /Way of the packet: prerouting, forward, postrouting/ })).toBeVisible();
});

test('a later chain that refuses decides', async ({ page }) => {
  await openTrace(page, NODE);
  await drop(page, [{ name: 'node.nft', content: FIREWALL }]);
  await podToService(page);
  await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Rejected');
});

test('the steps can be walked with the keyboard alone', async ({ page }) => {
  await openTrace(page, NODE);
  await podToService(page);
  await steps(page).locator('[tabindex="0"]').first().focus();
  await page.keyboard.press('Home');
  await expect(current(page)).toContainText('1');
  const first = await current(page).textContent();
  await page.keyboard.press('ArrowDown');
  await expect(current(page)).not.toHaveText(first ?? '');
  await page.keyboard.press('End');
  const last = await current(page).textContent();
  await page.keyboard.press('ArrowUp');
  await expect(current(page)).not.toHaveText(last ?? '');
});

test('an impossible packet is said at its field', async ({ page }) => {
  await openTrace(page, NODE);
  await podToService(page);
  await field(page, 'destination').fill('2001:db8::1');
  await field(page, 'destination').blur();
  await expect(field(page, 'destination')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('form').getByRole('button', { name: 'Trace' })).toBeDisabled();
  await field(page, 'destination').fill('10.96.12.34');
  await field(page, 'destination').blur();
  await expect(page.getByRole('form').getByRole('button', { name: 'Trace' })).toBeEnabled();
});

test('what the dump does not decide forks the way, and can be pinned', async ({ page }) => {
  await openTrace(page, FORKED);
  await podToService(page);
  await expect(steps(page)).toContainText('50%');
  await expect(steps(page)).toContainText('10.244.2.9:8080');
  await expect(steps(page)).toContainText('10.244.1.5:8080');
  const blocked = steps(page).getByRole('group', { name: /blocked/ });
  await blocked.getByRole('button', { name: /yes/i }).click();
  await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Dropped');
  await blocked.getByRole('button', { name: /no/i }).first().click();
  await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Forwarded');
});

test('a link brings back the packet and the step', async ({ page, browser, baseURL }) => {
  await openTrace(page, NODE);
  await podToService(page);
  await steps(page).locator('[tabindex="0"]').first().focus();
  await page.keyboard.press('End');
  const step = await current(page).textContent();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/#v2\./);
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await context.newPage();
  await other.goto(link);
  await expect(field(other, 'destination')).toHaveValue('10.96.12.34');
  await expect(current(other)).toHaveText(step ?? '');
  await context.close();
});

test('a rule is reached by a packet that is found for it', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE }]);
  await settled(page);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('192.0.2.0/24');
  await page
    .getByRole('option', { name: /192\.0\.2\.0/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Trace a packet' }).click();
  await expect(field(page, 'source')).toHaveValue(/^192\.0\.2\./);
  await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Dropped');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the trace view has no serious accessibility violation: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openTrace(page, FORKED);
    await podToService(page);
    expect(await violations(page)).toEqual([]);
  });
}

test('390 pixels wide, a packet can be traced', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openTrace(page, NODE);
  await podToService(page);
  await expect(page.getByText(/^Forwarded/).first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

const recorded = (name: string): string =>
  readFileSync(new URL(`../views/recorded/cases/${name}`, import.meta.url), 'utf8');
const shown = (page: Page) => page.getByRole('region', { name: 'Steps', exact: true });

test('a kernel’s trace among the documents comes first, step by step beside the prediction', async ({ page }) => {
  await open(page);
  await drop(page, [
    { name: 'loopback.save', content: recorded('loopback.save') },
    { name: 'loopback.trace', content: recorded('loopback.trace') },
  ]);
  await expect(page.getByRole('combobox', { name: 'Node' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Follow its packets' }).click();
  const packets = page.getByRole('region', { name: 'Packets that the kernel traced' });
  await expect(packets.getByRole('button')).toHaveCount(4);
  await expect(shown(page)).toContainText('Sent to this node itself');
  await packets.getByRole('button', { name: /88707e06/ }).click();
  await expect(shown(page)).toContainText('As predicted: its one step.');
  await expect(shown(page)).toContainText('Dropped by a rule of INPUT');
  await shown(page).getByRole('button', { name: 'Prediction' }).click();
  await expect(field(page, 'source')).toHaveValue('127.0.0.1');
  await page.getByRole('button', { name: /Node → Service/ }).click();
  await expect(shown(page).getByRole('button', { name: 'Kernel' })).toHaveCount(0);
});

test('a pasted trace shows where the kernel went another way', async ({ page }) => {
  await open(page);
  await drop(page, [
    { name: 'node.save', content: recorded('loopback.save').replace('-p udp -j DROP', '-p udp -j ACCEPT') },
    { name: 'other.trace', content: recorded('router.trace') },
  ]);
  await page.getByRole('button', { name: 'Trace', exact: true }).first().click();
  // Of the trace among the documents no packet meets these tables: the dump's own first packet is shown.
  await expect(page.getByText(/met none of the dump’s tables/)).toBeVisible();
  await expect(shown(page)).toContainText('rules evaluated');
  await page.getByText('Compare with a kernel’s trace').click();
  await page.getByLabel(/Output of/).fill(recorded('loopback.trace'));
  await page.getByRole('button', { name: /88707e06/ }).click();
  await expect(shown(page)).toContainText('Not as predicted. Delivered on this node was predicted.');
  await page.getByLabel(/Output of/).fill('nothing of the kind');
  await expect(page.getByText('This is no trace')).toBeVisible();
});
