/** Dumps that were written to break the page: nothing of them runs, the page answers afterwards, and what nobody sees is written out. */
import { hostileDumps } from '../dev/hostile-dumps.ts';
import { NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, test } from './page.ts';

/** Small ones, of which the page draws something: what grows with the size is tried without a browser (worker/hostile.test.ts). */
const SIZE = 400;
const DRAWN = /markup|spoofed|prototype|long line|many tables|deep jumps$|twice|numbers/;

test('no hostile dump runs anything, and the page works after each', async ({ page }) => {
  test.setTimeout(180_000);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await open(page);
  for (const { id, text } of hostileDumps(SIZE).filter((dump) => DRAWN.test(dump.id))) {
    await test.step(id, async () => {
      await drop(page, [{ name: `${id}.txt`, content: text }]);
      await expect(page.getByText(`${id}.txt`).first()).toBeVisible();
      // It answers: either the map or what is wrong with the text.
      await expect(page.getByRole('main')).toContainText(/parsed in|rules|no rules|not/i);
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('dialog', { name: 'Search' })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog', { name: 'Search' })).toBeHidden();
    });
  }
  expect(dialogs).toEqual([]);
  expect(
    await page.evaluate(() => document.querySelectorAll('img, iframe, object, embed, a[href^="javascript"]').length),
  ).toBe(0);
});

test('characters that nobody sees are written out', async ({ page }) => {
  await open(page);
  await paste(page, NODE.replace('kubernetes forwarding rules', 'kubernetes \u202eselur gnidrawrof\u202c'));
  await settled(page);
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  await expect(page.getByRole('table', { name: 'Rules of FORWARD' })).toContainText('‹U+202E›selur gnidrawrof‹U+202C›');
});
