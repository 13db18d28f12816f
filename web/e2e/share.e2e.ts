/** Sharing: what goes into links and files, notes that travel, dumps from other places, undo. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { generateKubeProxy } from '../bench/generate.ts';
import { decodeLink } from '../permalink/link.ts';
import { NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, sourceLines, test, violations } from './page.ts';

async function openNode(page: Page): Promise<void> {
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE }]);
  await settled(page);
}

async function share(page: Page): Promise<ReturnType<Page['getByRole']>> {
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: 'Link' })).toHaveValue(/#v2\.nf\./);
  return dialog;
}

/** What kube-proxy writes for so many Services. */
function manyServices(services: number): string {
  return generateKubeProxy({ services, endpoints: 4, format: 'iptables', counters: true });
}

const linkIn = (dialog: ReturnType<Page['getByRole']>) => dialog.getByRole('textbox', { name: 'Link' });

/** Writes a note on the rule of the source that has this text. */
async function note(page: Page, rule: string, text: string): Promise<void> {
  await (await sourceLines(page)).getByText(rule).first().click();
  const inspector = page.getByRole('region', { name: 'Inspector' });
  await inspector.getByRole('button', { name: 'Add a note' }).click();
  await inspector.getByRole('textbox', { name: 'Text of the note' }).fill(text);
  await page.keyboard.press('Control+Enter');
  await expect(inspector.getByText(text)).toBeVisible();
}

test('a link says what is in it, and is made without counters, comments and other chains', async ({
  page,
  browser,
  baseURL,
}) => {
  await openNode(page);
  const dialog = await share(page);
  const whole = (await linkIn(dialog).inputValue()).length;
  await expect(dialog.getByText(/\d+ addresses · \d+ comments · counters/)).toBeVisible();
  await expect(dialog.getByRole('list', { name: 'Where links fit' }).locator('[data-fits=no]')).toHaveCount(0);
  expect(await violations(page)).toEqual([]);

  await dialog.getByLabel('Include counters').uncheck();
  await expect(dialog.getByText(/no counters/)).toBeVisible();
  await dialog.getByLabel('Comments').selectOption('none');
  await expect(dialog.getByText(/· 0 comments/)).toBeVisible();
  await dialog.getByLabel(/Only some chains/).check();
  await dialog.getByRole('list', { name: 'Chains' }).getByLabel('ip filter FORWARD').check();
  await dialog
    .getByRole('list', { name: 'Chains' })
    .getByLabel(/^(?!ip filter FORWARD).*/)
    .first()
    .waitFor();
  for (const box of await dialog.getByRole('list', { name: 'Chains' }).getByRole('checkbox').all()) {
    const name = await box.evaluate((node) => node.closest('label')?.textContent ?? '');
    if (!name.includes('FORWARD')) await box.uncheck();
  }
  await expect(linkIn(dialog)).toHaveValue(/#v2\.nf\./);
  await expect.poll(async () => (await linkIn(dialog).inputValue()).length).toBeLessThan(whole / 1.5);

  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await context.newPage();
  await other.goto(await linkIn(dialog).inputValue());
  await settled(other);
  const lines = await sourceLines(other);
  await expect(lines.getByText('cali-FORWARD').first()).toBeVisible();
  await expect(other.getByText('KUBE-SEP')).toHaveCount(0);
  await expect(other.getByText('portals')).toHaveCount(0);
  await context.close();
});

test('packing a large link says how long it gets, stops and goes on', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'large.save', content: manyServices(700) }]);
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible();
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await expect(linkIn(dialog)).toHaveValue('');
  await expect(dialog.getByText('No link was made.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Make it' }).click();
  await expect(dialog.getByText(/^About [\d,]+ characters/)).toBeVisible({ timeout: 30_000 });
  await expect(linkIn(dialog)).toHaveValue(/#v2\.nf\./, { timeout: 60_000 });

  // From the map the same is told by a notice.
  await page.keyboard.press('Escape');
  const address = page.url();
  await page
    .getByRole('region', { name: 'Hook map' })
    .getByRole('button', { name: /FORWARD/ })
    .first()
    .click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Copy a link to here' }).click();
  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(notices.getByText(/Making the link… \d+ %/)).toBeVisible({ timeout: 30_000 });
  await notices.getByRole('button', { name: 'Stop' }).click();
  await expect(notices).toBeEmpty();
  expect(page.url()).toBe(address);
});

test('of a dump that fits no link that is said, and a file offered', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'huge.save', content: manyServices(6000) }]);
  await page.getByRole('button', { name: 'Share' }).click({ timeout: 60_000 });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^About [\d,]+ characters: too long for a link/)).toBeVisible({ timeout: 30_000 });
  await expect(linkIn(dialog)).toHaveCount(0);
  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as a file' }).click();
  expect((await saved).suggestedFilename()).toBe('huge.nfscope.json');
  // A part of it does fit.
  await dialog.getByLabel(/Only some chains/).check();
  await expect(linkIn(dialog)).toHaveValue(/#v2\.nf\./, { timeout: 30_000 });
});

test('notes are written on rules and findings, marked everywhere, and travel with link and file', async ({
  page,
  browser,
  baseURL,
}) => {
  await openNode(page);
  await note(page, '192.0.2.0/24', 'the test network');
  await expect(page.getByRole('region', { name: 'Source' }).getByText('✎ the test network')).toBeVisible();
  const findings = page.getByRole('region', { name: 'Findings' });
  await findings.locator('[aria-expanded]').first().click();
  const first = findings.locator('.finding').filter({ has: page.locator('[aria-expanded=true]') });
  await first.getByRole('button', { name: 'Add a note' }).click();
  await first.getByRole('textbox', { name: 'Text of the note' }).fill('known since May');
  await page.keyboard.press('Control+Enter');
  await first.getByRole('button', { name: 'Highlight' }).click();
  await expect(findings.getByText('Note: known since May')).toBeAttached();
  const notes = page.getByRole('region', { name: 'Notes', exact: true });
  await expect(notes.getByRole('listitem')).toHaveCount(2);
  expect(await violations(page)).toEqual([]);

  const dialog = await share(page);
  const link = await linkIn(dialog).inputValue();
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save as a file' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toBe('node.nfscope.json');
  const content = readFileSync(await file.path(), 'utf8');

  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  for (const way of ['link', 'file'] as const) {
    const other = await context.newPage();
    if (way === 'link') await other.goto(link);
    else {
      await open(other);
      await paste(other, '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n');
      await settled(other);
      await drop(other, [{ name: 'node.nfscope.json', content }]);
      await expect(other.getByText(/Opened “node.nfscope.json”/)).toBeVisible();
    }
    await settled(other);
    const list = other.getByRole('region', { name: 'Notes', exact: true });
    await expect(list.getByText('known since May')).toBeVisible();
    await list.getByText('the test network').click();
    const chain = other.getByRole('region', { name: 'Chain' });
    const row = chain.getByRole('row').filter({ hasText: '192.0.2.0/24' }).first();
    await expect(row.getByText('Note: the test network')).toBeAttached();
    await other.close();
  }
  await context.close();
});

test('notes are on the map: at the stripe, at the line of an open card, by pointer, by key and in the outline', async ({
  page,
}) => {
  await openNode(page);
  await note(page, '192.0.2.0/24', 'the test network');
  await note(page, 'cali:zTj6P0TIgYvgz-md', 'one pod only');
  const map = page.getByRole('region', { name: 'Hook map' });
  const mark = map.getByRole('button', { name: 'Note on ip filter FORWARD rule 4: the test network' });
  await expect(mark).toHaveCount(1);
  await mark.hover();
  await expect(map.locator('.map-tooltip')).toHaveText('Note on ip filter FORWARD rule 4: the test network');
  await expect(map.getByRole('list', { name: 'Hooks in packet order' })).toContainText(': the test network');
  // A rule below jumps: at the stripe that leads there.
  const below = map.getByRole('button', { name: 'Note on ip filter cali-from-wl-dispatch rule 1: one pod only' });
  await expect(below).toHaveCount(1);

  const forward = map.getByRole('button', { name: /^forward, 0: FORWARD/ });
  await forward.focus();
  for (let i = 0; i < 12 && !(await mark.evaluate((node) => node === document.activeElement)); i++)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('FORWARD rule 4');
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('the test network');

  await forward.focus();
  await page.keyboard.press('Enter');
  const line = map.getByRole('button', { name: /^rule 4: src 192\.0\.2\.0\/24: drop/ });
  const [box, sign] = [await line.boundingBox(), await mark.boundingBox()];
  const middle = (one: typeof box): number => (one ? one.y + one.height / 2 : Number.NaN);
  expect(Math.abs(middle(box) - middle(sign))).toBeLessThan(2);
  expect(await violations(page)).toEqual([]);
});

test('a broken workspace file says so, and what is open stays', async ({ page }) => {
  await openNode(page);
  await drop(page, [{ name: 'cut.nfscope.json', content: '{"format":"nfscope-workspace","version":1,"docum' }]);
  await expect(page.getByText(/“cut.nfscope.json”.*cut off or damaged/)).toBeVisible();
  await drop(page, [{ name: 'new.nfscope.json', content: '{"format":"nfscope-workspace","version":99}' }]);
  await expect(page.getByText(/a newer nfscope wrote it/)).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('node.save');
});

test('closing, renaming and notes are undone and done again by keys', async ({ page }) => {
  await openNode(page);
  await note(page, '192.0.2.0/24', 'n1');
  await drop(page, [{ name: 'more.save', content: '*raw\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n' }]);
  const tabs = page.getByRole('navigation', { name: 'Dumps' });
  await tabs.getByRole('button', { name: 'Close more.save' }).click();
  await expect(tabs).not.toContainText('more.save');
  const undo = async (keys: string): Promise<void> => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press(keys);
  };
  await undo('Control+z');
  await expect(tabs).toContainText('more.save');
  await undo('Control+z');
  await expect(tabs).not.toContainText('more.save');
  await expect(page.getByRole('region', { name: 'Notes', exact: true })).toContainText('n1');
  await undo('Control+z');
  await expect(page.getByRole('region', { name: 'Notes', exact: true })).toHaveCount(0);
  await undo('Control+Shift+z');
  await expect(page.getByRole('region', { name: 'Notes', exact: true })).toContainText('n1');
  await undo('Control+y');
  await expect(tabs).toContainText('more.save');
});

test('#url= asks, and says that this page’s policy connects nowhere', async ({ page }) => {
  // The dialog hides the rest of the page from the tree that tests look at.
  await page.goto(`./#url=${encodeURIComponent('https://dumps.example/node.save')}`);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText('does not let it connect to dumps.example');
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(dialog).toHaveCount(0);
  expect(page.url()).not.toContain('#url');
  await paste(page, NODE);
  await settled(page);
});

test.describe('with a policy that allows a host', () => {
  test('#url= loads only after a yes to the host, without cookies and referrer', async ({ browser, baseURL }) => {
    const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
    const page = await context.newPage();
    const asked: Record<string, string>[] = [];
    await page.route('https://dumps.example/**', async (route) => {
      asked.push(await route.request().allHeaders());
      await route.fulfill({
        body: NODE,
        headers: { 'access-control-allow-origin': '*', 'content-type': 'text/plain' },
      });
    });
    await page.route(/sub-path\/(#.*)?$/, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/connect-src [^;]*/, 'connect-src https://dumps.example');
      await route.fulfill({ response, body });
    });
    await page.goto(`./#url=${encodeURIComponent('https://dumps.example/a/node.save')}`);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('https://dumps.example/a/node.save');
    expect(asked).toEqual([]);
    await dialog.getByRole('button', { name: 'Load from dumps.example' }).click();
    await settled(page);
    await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('node.save');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.['referer']).toBeUndefined();
    expect(asked[0]?.['cookie']).toBeUndefined();
    await context.close();
  });
});

test('an anonymised link has other names, and says what was replaced before it is shared', async ({ page }) => {
  await openNode(page);
  await note(page, '192.0.2.0/24', 'ask Petra about 10.244.1.5');
  const dialog = await share(page);
  await dialog.getByLabel(/Anonymise/).check();
  const replaced = dialog.getByRole('region', { name: 'Replaced' });
  await expect(replaced.getByText(/addresses and names replaced/)).toBeVisible();
  await expect(replaced.getByText('10.244.1.5', { exact: true }).first()).toBeVisible();
  await expect(linkIn(dialog)).toHaveValue(/#v2\.nf\./);
  const opened = decodeLink(await linkIn(dialog).inputValue());
  if (!opened.ok) throw opened.error;
  const text = JSON.stringify(opened);
  expect(text).toContain('KUBE-SERVICES');
  expect(text).not.toContain('10.244.1.5');
  expect(text).not.toContain('cali1234');
  expect(text).not.toContain('Petra');
  expect(opened.notes).toHaveLength(1);
});
