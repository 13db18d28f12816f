/** What can go wrong with what the page keeps, injected: nothing that was typed is lost, and each fault says what to do. */
import type { Page } from '@playwright/test';
import { NODE } from './dumps.ts';
import { drop, expect, open, settled, sourceLines, test } from './page.ts';

async function openNode(page: Page): Promise<void> {
  await open(page);
  await drop(page, [{ name: 'node.save', content: NODE }]);
  await settled(page);
}

async function type(page: Page, text: string): Promise<void> {
  await (await sourceLines(page)).getByText('Generated').first().click();
  await page.keyboard.press('Home');
  await page.keyboard.type(text);
}

test('what was typed just before a reload is there', async ({ page }) => {
  await openNode(page);
  await type(page, '# mine ');
  await page.reload();
  await settled(page);
  await expect((await sourceLines(page)).getByText('# mine').first()).toBeVisible();
});

test('a closed tab: a new one offers to continue, with size, name and a way to forget', async ({ page, context }) => {
  await openNode(page);
  await type(page, '# mine ');
  // The page is told that it goes before the tab is closed.
  await page.goto('about:blank');
  await page.close();
  const again = await context.newPage();
  await open(again);
  const recent = again.getByRole('region', { name: 'In this browser' });
  await expect(recent).toContainText(/node\.save.*kB/);
  await recent.getByRole('button', { name: 'Rename' }).click();
  await recent.getByRole('textbox', { name: 'Name of the workspace' }).fill('node A');
  await again.keyboard.press('Enter');
  // One press too many takes nothing away.
  await recent.getByRole('button', { name: 'Forget node A', exact: true }).click();
  await expect(recent.getByRole('button', { name: 'Forget node A for good' })).toHaveText('For good?');
  await recent.getByRole('button', { name: 'Continue with node A' }).click();
  await settled(again);
  await expect((await sourceLines(again)).getByText('# mine').first()).toBeVisible();
});

test('everything is forgotten, and nothing is kept where that is wanted', async ({ page, context }) => {
  await openNode(page);
  await expect.poll(() => stored(page)).toBeGreaterThan(0);
  const other = await context.newPage();
  await open(other);
  const recent = other.getByRole('region', { name: 'In this browser' });
  await recent.getByLabel('Keep dumps here between visits').uncheck();
  await recent.getByRole('button', { name: /Forget everything/ }).click();
  await recent.getByRole('button', { name: /for good/ }).click();
  await expect(recent).toContainText('Nothing is kept.');
  await drop(other, [{ name: 'secret.save', content: NODE }]);
  await settled(other);
  await other.waitForTimeout(800);
  expect(await stored(other)).toBe(0);
  await expect(other).toHaveTitle(/^nfscope/);
  expect(await other.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('backup')))).toEqual([]);
});

function stored(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const request = indexedDB.open('nfscope');
        request.onerror = () => reject(new Error('refused'));
        request.onsuccess = () => {
          const count = request.result.transaction('texts').objectStore('texts').count();
          count.onsuccess = () => resolve(count.result);
        };
      }),
  );
}

test('a full storage says so, offers a file, and the tab’s backup survives a reload', async ({ page }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
  });
  await openNode(page);
  const notices = page.getByRole('region', { name: 'Notices' });
  await expect(notices).toContainText(/storage for this page is full/);
  await type(page, '# mine ');
  const saving = page.waitForEvent('download');
  await notices.getByRole('button', { name: 'Save a file' }).click();
  expect((await saving).suggestedFilename()).toBe('node.nfscope.json');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await settled(page);
  await expect((await sourceLines(page)).getByText('# mine').first()).toBeVisible();
});

test('a browser without storage says so, and asks before it loses anything', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(globalThis, name, {
        get: () => {
          throw new DOMException('forbidden', 'SecurityError');
        },
      });
    }
  });
  await openNode(page);
  await expect(page.getByRole('region', { name: 'Notices' })).toContainText(/does not let the page keep your text/);
  await type(page, '# mine ');
  const asked = page.waitForEvent('dialog');
  void page.reload().catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect((await sourceLines(page)).getByText('# mine').first()).toBeVisible();
});

test('a refused clipboard leaves the link selected, and says which keys', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: () => Promise.reject(new DOMException('refused', 'NotAllowedError')) },
    });
  });
  await openNode(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const field = page.getByRole('textbox', { name: 'Link' });
  await expect(field).toHaveValue(/#v2\./);
  await page.getByRole('button', { name: 'Copy the link' }).click();
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('press Ctrl+C');
  expect(await page.evaluate(() => getSelection()?.toString() ?? '')).toContain('#v2.');
});

test('two tabs on one workspace keep what each one types', async ({ page, context }) => {
  await openNode(page);
  await expect.poll(() => stored(page)).toBeGreaterThan(0);
  const other = await context.newPage();
  await open(other);
  await other.getByRole('button', { name: 'Continue with node.save' }).click();
  await settled(other);
  await expect(other.getByText(/open in another tab/)).toBeVisible();
  await type(other, '# second ');
  await type(page, '# first ');
  await page.waitForTimeout(1200);
  for (const [tab, word] of [
    [page, '# first'],
    [other, '# second'],
  ] as const) {
    await tab.reload();
    await settled(tab);
    await expect((await sourceLines(tab)).getByText(word).first()).toBeVisible();
  }
});
