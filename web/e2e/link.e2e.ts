/** Links: round trip into a fresh profile, links made in a shell, broken links. */
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { NODE } from './dumps.ts';
import { expect, open, paste, settled, test } from './page.ts';

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
