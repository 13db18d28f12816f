/** What breaks: the workers, the editor's code. Each says so and has a way on; nothing that was typed is lost. */
// Not the guarded one: errors in the console are what is tried.
import { expect, type Page, test } from '@playwright/test';
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
