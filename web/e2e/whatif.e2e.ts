/** What if rules stood otherwise, who reaches a place, what becomes of packets: by menu, pointer, keyboard and palette. */
import type { Page } from '@playwright/test';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, settled, test, violations } from './page.ts';

const banner = (page: Page) => page.getByRole('region', { name: 'What if' });
const result = (page: Page) => banner(page).getByRole('status');
const table = (page: Page) => page.getByRole('table', { name: 'Rules of FORWARD' });

async function openChain(page: Page): Promise<void> {
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE }]);
  await settled(page);
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  await expect(table(page)).toContainText('cali-FORWARD');
}

async function choose(page: Page, choice: string, everywhere = true): Promise<void> {
  await page.getByRole('button', { name: 'What if…' }).click();
  const menu = page.getByRole('dialog', { name: 'What if' });
  await expect(menu).toBeVisible();
  if (everywhere && (await menu.getByRole('button', { name: 'In all base chains' }).count()) > 0)
    await menu.getByRole('button', { name: 'In all base chains' }).click();
  await menu.getByRole('button', { name: choice }).click();
}

test('a program that appends: the packets whose fate changes, each with its trace', async ({ page }) => {
  await openChain(page);
  await choose(page, 'Calico appends');
  await expect(banner(page)).toContainText("with Calico's rules at the bottom of all of its base chains");
  await expect(result(page)).toContainText('Packets have another fate');
  const packet = banner(page).getByRole('article', { name: 'Another verdict' });
  await expect(packet).toContainText(/packet .*from .* to /);
  expect(await violations(page)).toEqual([]);
  await packet.getByRole('button', { name: 'Trace it as supposed' }).click();
  await expect(page.getByRole('region', { name: 'Witness' })).toContainText('at the bottom of all of its base chains');
  await banner(page).getByRole('button', { name: 'Clear' }).click();
  await expect(banner(page)).toHaveCount(0);
});

test('supposed orders are undone and done again', async ({ page }) => {
  await openChain(page);
  await choose(page, 'kube-proxy is gone');
  await expect(banner(page)).toContainText('without kube-proxy');
  await choose(page, 'Calico inserts at the top', false);
  await expect(banner(page)).toContainText("with Calico's rules at the top of ip filter FORWARD");
  await banner(page).getByRole('button', { name: 'Undo' }).click();
  await expect(banner(page)).toContainText('without kube-proxy');
  await banner(page).getByRole('button', { name: 'Undo' }).click();
  await expect(banner(page)).toContainText('nothing is supposed');
  await banner(page).getByRole('button', { name: 'Redo' }).click();
  await expect(result(page)).toContainText(/Packets have another fate|No packet has another fate/);
});

test('an order that is there already changes nothing', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE.replace(/\*nat[\s\S]*?COMMIT\n/, '') }]);
  await settled(page);
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  await table(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(banner(page)).toHaveCount(0);
  await choose(page, 'an unknown writer inserts at the top');
  await expect(result(page)).toContainText(/another fate/);
});

test('an owner’s run of rules is dragged by its stripe', async ({ page }) => {
  await openChain(page);
  const handle = table(page).locator('[data-handle="first"]').nth(2);
  const box = await handle.boundingBox();
  const first = await table(page).locator('[data-handle="first"]').first().boundingBox();
  if (!box || !first) throw new Error('the stripes are not drawn');
  await page.mouse.move(box.x + 3, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 3, box.y - 10, { steps: 3 });
  await page.mouse.move(first.x + 3, first.y - 4, { steps: 5 });
  await expect(table(page).getByText('What if: rule 4 here')).toBeVisible();
  await page.mouse.up();
  await expect(banner(page)).toContainText('with rule 4 moved above rule 1 in ip filter FORWARD');
  await expect(result(page)).toContainText(/another fate/);
  await expect(table(page).getByText('What if: rule 4 here')).toBeVisible();
});

test('Escape ends a drag, and nothing is supposed', async ({ page }) => {
  await openChain(page);
  const box = await table(page).locator('[data-handle="first"]').nth(2).boundingBox();
  if (!box) throw new Error('the stripe is not drawn');
  await page.mouse.move(box.x + 3, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 3, box.y - 90, { steps: 5 });
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(banner(page)).toHaveCount(0);
});

test('a segment is moved with the keyboard alone, step by step', async ({ page }) => {
  await openChain(page);
  await table(page).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(banner(page)).toContainText('with rule 1 moved above rule 4 in ip filter FORWARD');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(banner(page)).toContainText('with rule 1 moved above rule 5 in ip filter FORWARD');
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(banner(page)).toHaveCount(0);
});

test('the inspector offers the places of a segment', async ({ page }) => {
  await openChain(page);
  await page
    .getByRole('tree', { name: /Jump tree/ })
    .getByRole('treeitem', { name: /kube-proxy/ })
    .first()
    .click();
  const select = page.getByLabel('What if it stood');
  await select.selectOption({ label: 'at the end' });
  await expect(banner(page)).toContainText('with rules 2 to 3 moved to the end in ip filter FORWARD');
  await select.selectOption({ label: 'where it is' });
  await expect(banner(page)).toHaveCount(0);
});

test('a rule that is gone is struck out, and what it decided is told', async ({ page }) => {
  await openChain(page);
  await table(page).getByText('192.0.2.0/24').click();
  await page.getByRole('region', { name: 'Inspector' }).getByRole('button', { name: 'What if it were gone?' }).click();
  await expect(banner(page)).toContainText('without rule 4 of ip filter FORWARD');
  await expect(result(page)).toContainText('Packets have another fate');
  await expect(table(page).locator('[data-moved="gone"]')).toHaveCount(1);
});

test('the palette supposes, and another dump clears it, which is said', async ({ page }) => {
  await openChain(page);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder(/Chain, rule/).fill('what if kube-proxy gone');
  await page.getByRole('option', { name: 'What if kube-proxy is gone?' }).click();
  await expect(banner(page)).toContainText('without kube-proxy');
  await drop(page, [{ name: 'node.nft', content: FIREWALL }]);
  await expect(banner(page)).toHaveCount(0);
  await expect(page.getByText('The what-if was cleared: the dump has changed.')).toBeVisible();
});

test('who reaches a rule is told in words, with a packet to trace', async ({ page }) => {
  await openChain(page);
  await table(page).focus();
  await page.keyboard.press('Home');
  for (let n = 1; n < 4; n++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('w');
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await expect(inspector.getByRole('heading', { name: 'Who reaches it' })).toBeVisible();
  await expect(inspector).toContainText('from 192.0.2.0/24');
  expect(await violations(page)).toEqual([]);
  await inspector.getByRole('button', { name: 'Trace one' }).click();
  await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Dropped');
});

test('a rule that nothing reaches, and all rules of a program', async ({ page }) => {
  await open(page);
  const dead = '[0:0] -A FORWARD -j ACCEPT\n[3:180] -A FORWARD -s 192.0.2.0/24 -j DROP';
  await drop(page, [{ name: 'node.save', content: NODE.replace('[3:180] -A FORWARD -s 192.0.2.0/24 -j DROP', dead) }]);
  await settled(page);
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await table(page).getByText('192.0.2.0/24').click();
  await inspector.getByRole('button', { name: 'Who reaches this?' }).click();
  await expect(inspector).toContainText('No packet reaches rule 5 of ip filter FORWARD');
  await table(page).getByText('kubernetes forwarding rules').filter({ visible: true }).first().click();
  await inspector
    .getByRole('button', { name: /kube-proxy/ })
    .first()
    .click();
  await inspector.getByRole('button', { name: 'Who reaches its rules?' }).click();
  await expect(inspector.getByRole('heading', { name: 'Who reaches it' })).toBeVisible();
  await expect(inspector.getByRole('button', { name: /Trace one/ }).first()).toBeVisible();
});

test('reachability: what becomes of packets, who decides, and what is wrong with the question', async ({ page }) => {
  await openChain(page);
  await page.getByRole('button', { name: 'Reachability…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reachability' });
  const form = dialog.getByRole('form', { name: 'Packets' });
  await form.getByRole('combobox', { name: 'source' }).fill('192.0.2.0/33');
  await form.getByRole('combobox', { name: 'protocol' }).click();
  await expect(dialog).toContainText('An address or a prefix');
  await form.getByRole('combobox', { name: 'source' }).fill('192.0.2.9');
  await form.getByRole('button', { name: 'to others' }).click();
  await form.getByRole('button', { name: 'Ask' }).click();
  const answer = dialog.getByRole('region', { name: 'Answer' });
  await expect(answer.getByRole('heading', { level: 3 })).toContainText('New packets from 192.0.2.9');
  await expect(answer.getByRole('heading', { name: 'Dropped' })).toBeVisible();
  await expect(answer).toContainText('rule 4 of ip filter FORWARD');
  expect(await violations(page)).toEqual([]);
  await answer.getByRole('button', { name: 'rule 4 of ip filter FORWARD' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('FORWARD rule 4');
});

test('on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE }]);
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  await choose(page, 'Calico appends', false);
  await expect(result(page)).toContainText('Packets have another fate');
  expect(await violations(page)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBe(0);
});

test('a question can be stopped and asked again', async ({ page }) => {
  // Services enough for an answer that takes its time.
  const services = Array.from({ length: 16_000 }, (_, n) => {
    const address = `10.97.${n >> 8}.${n & 255}/32`;
    return `[0:0] -A KUBE-SERVICES -d ${address} -p tcp -m tcp --dport ${1000 + (n % 50)} -j KUBE-SVC-BBBBBBBBBBBBBBBB`;
  });
  const anchor = '[2:120] -A KUBE-SERVICES -d 10.96.12.34/32';
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE.replace(anchor, `${services.join('\n')}\n${anchor}`) }]);
  await settled(page);
  await choose(page, 'Calico appends');
  await banner(page).getByRole('button', { name: 'Stop' }).click();
  await expect(result(page)).toContainText('Stopped before there was an answer.');
  await banner(page).getByRole('button', { name: 'Ask again' }).click();
  await expect(result(page)).toContainText(/Packets have another fate|Undecided/);
});
