/** What breaks: the workers, the editor's code. Each says so and has a way on; nothing that was typed is lost. */
// Not the guarded one: errors in the console are what is tried.
import { expect, type Page, test } from '@playwright/test';
import { encodeLink } from '../permalink/link.ts';
import { NODE } from './dumps.ts';
import { open, paste, settled, sourceLines } from './page.ts';

/** A worker that ends with an error at its first message, as one does that has no memory left. */
async function breakWorker(page: Page, file: RegExp): Promise<void> {
  await page.route(file, (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: 'addEventListener("message", () => { throw new Error("out of memory"); });',
    }),
  );
}

const ANALYSIS = /\/assets\/worker-[\w-]+\.js$/;
const PACKER = /\/assets\/packer-worker-[\w-]+\.js$/;
const ANONYMISER = /\/assets\/anonymiser-worker-[\w-]+\.js$/;
const PROVER = /\/assets\/prover-worker-[\w-]+\.js$/;

test('a worker that dies while it reads: the text stays, and a second try has the map', async ({ page }) => {
  await breakWorker(page, ANALYSIS);
  await open(page);
  await paste(page, NODE);
  const alert = page.getByRole('alert').filter({ hasText: 'Not read.' });
  await expect(alert).toContainText(/stopped|memory/i);
  // The dump is there to be edited, and survives a reload.
  await expect(await sourceLines(page)).toContainText('cali-FORWARD');
  await page.unroute(ANALYSIS);
  await alert.getByRole('button', { name: /again/i }).click();
  await settled(page);
});

test('a prover that dies: what was found stands, and proofs can be tried again', async ({ page }) => {
  await breakWorker(page, PROVER);
  await open(page);
  await paste(page, NODE);
  await settled(page);
  const findings = page.getByRole('region', { name: 'Findings' });
  await expect(findings.getByText(/The proofs ended early/)).toBeVisible();
  await page.unroute(PROVER);
  await findings.getByRole('button', { name: /again/i }).click();
  await expect(findings.getByText(/tried for all packets/)).toBeVisible();
});

test('a packer or anonymiser that dies: the dialog says so, has a file to save, and makes the link at a second try', async ({
  page,
}) => {
  await breakWorker(page, PACKER);
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/The link could not be made: .*out of memory/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save as a file' })).toBeEnabled();
  await page.unroute(PACKER);
  await dialog.getByRole('button', { name: 'Make it' }).click();
  const link = dialog.getByRole('textbox', { name: 'Link', exact: true });
  await expect(link).toHaveValue(/#v2\.nf\./);

  // An anonymiser that dies leaves nothing to share by mistake.
  await breakWorker(page, ANONYMISER);
  await dialog.getByLabel(/Anonymise/).check();
  await expect(dialog.getByText(/It could not be anonymised: .*out of memory/)).toBeVisible();
  await expect(link).toHaveValue('');
  await expect(dialog.getByRole('button', { name: 'Save as a file' })).toBeDisabled();
  await page.unroute(ANONYMISER);
  await dialog.getByLabel(/Anonymise/).uncheck();
  await dialog.getByLabel(/Anonymise/).check();
  await expect(dialog.getByText(/addresses and names replaced/)).toBeVisible();
  await expect(link).toHaveValue(/#v2\.nf\./);
});

test('a link whose worker dies or cannot be fetched is said, and opens after a reload', async ({ page }) => {
  const hash = encodeLink([{ name: 'shared.save', text: NODE }]);
  for (const fault of [() => breakWorker(page, PACKER), () => page.route(PACKER, (route) => route.abort())]) {
    await page.goto('about:blank');
    await fault();
    await page.goto(`./${hash}`);
    await expect(page.getByText(/part of the page that reads links does not work .* Reload the page/)).toBeVisible();
    await page.unroute(PACKER);
    await page.reload();
    await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('shared.save');
  }
});

test('without the editor’s code the text is edited in a plain field, and a second try brings the editor', async ({
  page,
}) => {
  const editor = /\/assets\/(monaco|editor\.api)[\w.-]*\.js$/;
  await page.route(editor, (route) => route.abort());
  await open(page);
  await paste(page, NODE);
  const plain = page.getByRole('textbox', { name: /^Text of/ });
  await expect(plain).toHaveValue(/cali-FORWARD/);
  await plain.press('Control+End');
  await plain.pressSequentially('# typed meanwhile');
  await page.unroute(editor);
  await page.reload();
  await expect(await sourceLines(page)).toBeVisible();
  await page.getByRole('region', { name: 'Source' }).locator('.monaco-editor').first().click();
  await page.keyboard.press('Control+End');
  await expect(await sourceLines(page)).toContainText('# typed meanwhile');
});
