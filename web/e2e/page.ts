/** What the browser tests share: opening the page, giving it dumps as users do, and watching that nothing leaves its origin. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test as base, expect, type Locator, type Page } from '@playwright/test';

/** Every test fails if the page asks another origin for anything, or logs an error. */
export const test = base.extend<{ guarded: undefined }>({
  guarded: [
    async ({ page, baseURL }, use) => {
      const origin = new URL(baseURL ?? '').origin;
      const outside: string[] = [];
      const errors: string[] = [];
      page.context().on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http') && url.origin !== origin) outside.push(request.url());
      });
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await use(undefined);
      expect(outside, 'requests to other origins').toEqual([]);
      expect(errors, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens the landing page, or a link's fragment. */
export async function open(page: Page, fragment = ''): Promise<void> {
  await page.goto(`./${fragment}`);
  await expect(page.getByRole('banner')).toBeVisible();
}

/** Pastes as Ctrl+V does, wherever the focus is. */
export async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((content) => {
    const data = new DataTransfer();
    data.setData('text/plain', content);
    (document.activeElement ?? document.body).dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    );
  }, text);
}

/** Drops files on the page. */
export async function drop(page: Page, files: readonly { name: string; content: string | number[] }[]): Promise<void> {
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const { name, content } of given) {
      data.items.add(new File([typeof content === 'string' ? content : Uint8Array.from(content)], name));
    }
    return data;
  }, files);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer: transfer });
}

/** Waits until the map of the present dumps is there. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('region', { name: 'Hook map' })).toBeVisible();
  await expect(page.getByText(/parsed in/)).toBeVisible();
}

/** The lines of the source editor, once its code has arrived. */
export async function sourceLines(page: Page): Promise<Locator> {
  const lines = page.getByRole('region', { name: 'Source' }).locator('.monaco-editor .view-lines');
  await expect(lines).toBeVisible();
  return lines;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Violations of accessibility, whatever their impact, each with the elements concerned. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: {
        run: (options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations: found } = await checker.run({ resultTypes: ['violations'] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
}
