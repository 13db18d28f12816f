/** "How do you know?" opens from the landing page and from the footer, and reads well for everybody. */
import { NODE } from './dumps.ts';
import { expect, open, paste, settled, test, violations } from './page.ts';

test('how it knows is told before any dump, and beside one', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'How do you know?' }).click();
  const sheet = page.getByRole('dialog', { name: 'How do you know?' });
  await expect(sheet).toContainText(/\d of \d/);
  await expect(sheet.getByText('u32')).toBeVisible();
  await sheet.getByText('Show them').click();
  await expect(sheet.getByRole('columnheader', { name: 'The kernel' })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  await paste(page, NODE);
  await settled(page);
  await page.getByRole('button', { name: 'How do you know?' }).click();
  await expect(page.getByRole('dialog', { name: 'How do you know?' })).toBeVisible();
});
