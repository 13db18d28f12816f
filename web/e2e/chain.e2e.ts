/** The chain view's jump tree: drawn on a canvas, found by everybody; in and out by click, wheel and key. */
import type { Locator, Page } from '@playwright/test';
import { NODE } from './dumps.ts';
import { drop, expect, open, settled, test, violations } from './page.ts';

/** A chain that calls 3,000 chains, each of which calls one: more than there are pixels. */
const SERVICES = 3000;
const MANY = [
  '*nat',
  ':PREROUTING ACCEPT [0:0]',
  ':KUBE-SERVICES - [0:0]',
  ':KUBE-MARK-MASQ - [0:0]',
  ...Array.from({ length: SERVICES }, (_, at) => `:KUBE-SVC-${name(at)} - [0:0]`),
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
  ...Array.from({ length: SERVICES }, (_, at) => {
    const address = `10.96.${at >> 8}.${at & 255}`;
    const chain = `KUBE-SVC-${name(at)}`;
    return `-A KUBE-SERVICES -d ${address}/32 -p tcp -m tcp --dport 80 -j ${chain}\n-A ${chain} ! -s 10.244.0.0/16 -d ${address}/32 -j KUBE-MARK-MASQ`;
  }),
  'COMMIT',
  '',
].join('\n');

/** Sixteen characters of base32. */
function name(at: number): string {
  return Array.from(
    { length: 16 },
    (_, place) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[(at * 7 + (at >> place) * 13 + place) & 31],
  ).join('');
}

async function openChain(page: Page, dump: string, card: RegExp): Promise<Locator> {
  await open(page);
  await drop(page, [{ name: 'node.save', content: dump }]);
  await settled(page);
  await expect(page.getByRole('region', { name: 'Findings' })).toHaveAttribute('aria-busy', 'false');
  await page.getByRole('region', { name: 'Hook map' }).getByRole('button', { name: card }).first().dblclick();
  const tree = page.getByRole('tree', { name: 'Jump tree' });
  await expect(tree.getByRole('treeitem').first()).toBeVisible();
  return tree;
}

const FORWARD = /^forward, 0: FORWARD/;
const crumbs = (page: Page): Locator => page.getByRole('navigation', { name: 'Zoomed in' }).getByRole('button');

/** Colours of the canvas at points of a column, in parts of its height. */
function colours(tree: Locator, x: number, heights: readonly number[]): Promise<string[]> {
  return tree.locator('canvas').evaluate(
    (canvas, at) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('no canvas');
      const context = canvas.getContext('2d');
      return at.heights.map((part) =>
        [...(context?.getImageData(canvas.width * at.x, canvas.height * part, 1, 1).data ?? [])].join(','),
      );
    },
    { x, heights },
  );
}

test('a click fills the picture with a chain, the steps above it lead back', async ({ page }) => {
  const tree = await openChain(page, NODE, FORWARD);
  await expect(crumbs(page)).toHaveCount(0);
  await tree.getByRole('treeitem', { name: /^cali-FORWARD/ }).click();
  await expect(crumbs(page)).toHaveText(['FORWARD', 'Calico', 'cali-FORWARD']);
  const filled = tree.getByRole('treeitem', { name: /^cali-FORWARD/ });
  const [inner, outer] = [await filled.boundingBox(), await tree.boundingBox()];
  expect(inner?.height).toBeCloseTo(outer?.height ?? 0, 0);
  await crumbs(page).first().click();
  await expect(crumbs(page)).toHaveCount(0);
  await expect(tree.getByRole('treeitem', { name: /^kube-proxy/ })).toBeVisible();
  // The cell and the rest of the page have one selection.
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('cali-FORWARD');
});

test('the picture is painted, in the colours of the theme', async ({ page }) => {
  const tree = await openChain(page, NODE, FORWARD);
  await page.waitForTimeout(400);
  const light = await colours(tree, 0.02, [0.2, 0.5]);
  for (const colour of light) expect(colour).not.toMatch(/,0$/);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => colours(tree, 0.02, [0.2, 0.5])).not.toEqual(light);
});

test('thousands of calls are one comb; two clicks lead to single ones where the pointer is, and a double click opens them', async ({
  page,
}) => {
  const tree = await openChain(page, MANY, /^prerouting, -100: PREROUTING/);
  const comb = tree.getByRole('treeitem', { name: /^KUBE-SVC-…, 3,000 × 1 rule/ });
  const box = await comb.boundingBox();
  const point = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
  await page.mouse.click(point.x, point.y);
  await expect(crumbs(page).last()).toHaveText(/^rules 1,\d{3}–1,\d{3}$/);
  const single = tree.getByRole('treeitem', { name: /^KUBE-SVC-\w{16}, 1 rule/ });
  await expect(single.first()).toBeVisible();
  expect(await single.count()).toBeLessThan(60);
  await page.waitForTimeout(600);
  await single.nth(4).dblclick();
  await expect(page.getByRole('heading', { name: /^KUBE-SVC-/ }).first()).toBeVisible();
});

test('the wheel goes closer where the pointer is, dragging moves the part that is seen', async ({ page }) => {
  const tree = await openChain(page, MANY, /^prerouting, -100: PREROUTING/);
  const box = await tree.boundingBox();
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * 0.6, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  for (let turn = 0; turn < 12; turn++) await page.mouse.wheel(0, -240);
  const seen = crumbs(page).last();
  await expect(seen).toHaveText(/^KUBE-SERVICES rules? 1,\d{3}/);
  const before = await seen.textContent();
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) + 60, (box?.y ?? 0) + 60, { steps: 5 });
  await page.mouse.up();
  await expect(seen).not.toHaveText(before ?? '');
  await tree.focus();
  await page.keyboard.press('0');
  await expect(crumbs(page)).toHaveCount(0);
});

test('keys walk through the tree, go in and out, and open a chain; each step is told', async ({ page }) => {
  const tree = await openChain(page, NODE, FORWARD);
  const present = async (): Promise<string> => {
    const id = await tree.getAttribute('aria-activedescendant');
    return (await page.locator(`[id="${id}"]`).getAttribute('aria-label')) ?? '';
  };
  await tree.focus();
  await page.keyboard.press('Home');
  expect(await present()).toMatch(/^Calico, 1 rule/);
  await page.keyboard.press('ArrowDown');
  expect(await present()).toMatch(/^kube-proxy/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  expect(await present()).toMatch(/^cali-FORWARD, \d+ rules, Calico/);
  await expect(page.getByText(/called from rule 1/)).toBeVisible();
  await page.keyboard.press('Space');
  await expect(crumbs(page)).toHaveText(['FORWARD', 'Calico', 'cali-FORWARD']);
  await page.keyboard.press('Escape');
  await expect(crumbs(page)).toHaveText(['FORWARD', 'Calico']);
  await page.keyboard.press('Escape');
  await expect(crumbs(page)).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  // It is where it was, in whatever picture.
  expect(await present()).toMatch(/^cali-FORWARD/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'cali-FORWARD' }).first()).toBeVisible();
});

test('items have their level and place among those with the same caller', async ({ page }) => {
  const tree = await openChain(page, NODE, FORWARD);
  const dispatch = tree.getByRole('treeitem', { name: /^cali-FORWARD/ });
  await expect(dispatch).toHaveAttribute('aria-level', '2');
  await expect(dispatch).toHaveAttribute('aria-setsize', '1');
  await expect(dispatch).toHaveAttribute('aria-expanded', 'true');
  await dispatch.click();
  await expect(tree.getByRole('treeitem', { name: /^cali-FORWARD/ })).toHaveAttribute('aria-level', '2');
});

test('heights are by rules or by evaluations; a narrow view has the tree above the rules', async ({ page }) => {
  await page.setViewportSize({ width: 1200, height: 860 });
  const tree = await openChain(page, MANY, /^prerouting, -100: PREROUTING/);
  const rules = page.getByRole('table', { name: /Rules of/ });
  const [above, below] = [await tree.boundingBox(), await rules.boundingBox()];
  expect(below?.y).toBeGreaterThan((above?.y ?? 0) + (above?.height ?? 0));
  await page.getByRole('button', { name: 'evaluations' }).click();
  // Of 3,000 rules that exclude each other a packet takes one call.
  await expect(tree.getByRole('treeitem', { name: /^KUBE-SERVICES, 3,002 evaluations/ })).toBeVisible();
});

test('the rule that opened a chain stays in sight while its rules scroll by', async ({ page }) => {
  await openChain(page, MANY, /^prerouting, -100: PREROUTING/);
  const rules = page.getByRole('table', { name: 'Rules of PREROUTING' });
  const opened = page.getByRole('navigation', { name: 'Opened chains' });
  await expect(opened).toBeHidden();
  await rules.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(rules.getByRole('row').filter({ hasText: /^1\.2/ }).first()).toBeVisible();
  await rules.evaluate((element) => element.scrollTo({ top: 20_000 }));
  await expect(opened).toContainText('in KUBE-SERVICES');
  await expect(opened).toContainText('called from rule 1');
  // A chain inside of that one: two levels.
  const inner = rules
    .getByRole('row')
    .filter({ hasText: /KUBE-SVC-/ })
    .nth(14);
  // Not on its jump, which leads there.
  await inner.getByRole('cell').first().click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await rules.evaluate((element) =>
    element.scrollBy({ top: element.querySelector('[aria-current]')?.getBoundingClientRect().top ?? 0 }),
  );
  // Back to the rule that calls it.
  await opened.getByRole('button', { name: /in KUBE-SERVICES/ }).click();
  await expect(opened).toBeHidden();
  await expect(rules.getByRole('row').filter({ hasText: 'kubernetes service portals' })).toHaveAttribute(
    'aria-current',
    'true',
  );
  await rules.evaluate((element) => element.scrollTo({ top: 20_000 }));
  await opened.getByRole('button', { name: 'Close KUBE-SERVICES' }).click();
  await expect(opened).toBeHidden();
  await expect(rules.getByRole('row').filter({ hasText: /^1\.2/ })).toHaveCount(0);
});
