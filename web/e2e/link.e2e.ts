/** Links: round trip into a fresh profile, links made in a shell, broken links. */
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { encodeLink } from '../permalink/link.ts';
import { NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, test } from './page.ts';

test('a link opens the same dump and view in another profile', async ({ page, browser, baseURL }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await page
    .getByRole('region', { name: 'Findings' })
    .getByRole('button', { name: /FORWARD/ })
    .first()
    .click();
  const title = await page.locator('[aria-expanded=true]').first().textContent();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/#v2\.nf\./);
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  await expect(page.getByText(/characters/).first()).toBeVisible();

  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await context.newPage();
  await other.goto(link);
  await settled(other);
  await expect(other.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /Calico/ })).toBeVisible();
  await expect(other.getByRole('region', { name: 'Findings' })).toContainText(title ?? '?');
  await context.close();
});

test('a link made with gzip and base64 in a shell opens', async ({ page }) => {
  const data = execFileSync('sh', ['-c', "gzip -9 | base64 -w0 | tr '/+' '_-'"], { input: NODE }).toString();
  await open(page, `#v1.gz.${data}`);
  await settled(page);
  await expect(page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /kube-proxy/ })).toBeVisible();
});

const good = gzipSync(NODE).toString('base64url');

for (const [what, hash] of [
  ['cut short', `#v1.gz.${good.slice(0, good.length / 2)}`],
  ['not base64', '#v1.gz.%%%%'],
  ['another codec', `#v1.zz.${good}`],
  ['another version', `#v9.gz.${good}`],
] as const) {
  test(`a broken link says so and leaves the page usable: ${what}`, async ({ page }) => {
    await open(page, hash);
    await expect(page.getByText(/link/i).first()).toBeVisible();
    await expect(page.getByRole('region', { name: 'Notices' })).toContainText(/link/i);
    await paste(page, NODE);
    await settled(page);
  });
}

test('a link that is pasted into the address of an open page is opened or refused beside what is there', async ({
  page,
}) => {
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE }]);
  await settled(page);
  // Later than anything that is said before the page is drawn.
  await page.waitForTimeout(500);
  const hash = encodeLink([{ name: 'other.save', text: NODE.replaceAll('cali-', 'cbli-') }], { view: 'hooks' });
  const go = (to: string): Promise<void> =>
    page.evaluate((fragment) => {
      location.hash = fragment;
    }, to);
  for (const broken of [hash.slice(0, -9), `${hash.slice(0, 30)}A${hash.slice(31)}`]) {
    await go(broken);
    await expect(page.getByRole('region', { name: 'Notices' })).toContainText(/cut off|damaged/);
    await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('node.save');
  }
  await go(hash);
  await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('other.save');
  await expect(page.getByRole('button', { name: 'Share' })).toBeVisible();
});
