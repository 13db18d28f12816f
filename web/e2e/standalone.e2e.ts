/** The page as one file: saved from the page, opened from the disk, with the network watched. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { decodeLink } from '../permalink/link.ts';
import { packCarried, unpackCarried } from '../standalone/carried.ts';
import { DUMPS_ID } from '../standalone/page-file.ts';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, sourceLines, test } from './page.ts';

/** Bytes of a file with a small dump: what mail still takes. */
const LARGEST = 5_000_000;

/** Ends elements, opens comments. */
const HOSTILE = `${NODE}# </script><script>document.title='run'</script> <!-- <script> ]]> \u2028\u2029\n`;
/** Of which no file can consist. */
const NO_TEXT = '# \u0000 \ud800 \udc00\n';
const HOSTILE_NAME = '</script><!--<img src=x onerror=alert(1)>.save';

let folder = '';
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nfscope-page-'));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function save(page: Page, name: string): Promise<string> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^Page, HTML/ }).click();
  const file = join(folder, name);
  await (await download).saveAs(file);
  return file;
}

interface Opened {
  readonly page: Page;
  /** That did not go to the page itself, wherever they went. */
  readonly requests: string[];
  readonly errors: string[];
}

/** From the disk, without a network. */
async function openFile(context: BrowserContext, file: string): Promise<Opened> {
  await context.setOffline(true);
  const page = await context.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  const address = pathToFileURL(file).href;
  page.context().on('request', (request) => {
    if (!/^(blob|data):/.test(request.url()) && request.url() !== address) requests.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(address);
  return { page, requests, errors };
}

/** What the file carries, as the page wrote it. */
function packedIn(file: string): string {
  const packed = new RegExp(`id="${DUMPS_ID}">([^<]*)</script>`).exec(readFileSync(file, 'utf8'))?.[1];
  if (packed === undefined) throw new Error('no dumps in the file');
  return packed;
}

/** Texts that the browser keeps, of any page from the disk. */
function keptTexts(page: Page): Promise<number> {
  return page.evaluate(async () => {
    // Opening it would make an empty one.
    if (!(await indexedDB.databases()).some(({ name }) => name === 'nfscope')) return 0;
    const open = indexedDB.open('nfscope');
    await new Promise((resolve, reject) => {
      open.onsuccess = resolve;
      open.onerror = reject;
    });
    const database = open.result;
    const count = database.transaction('texts').objectStore('texts').count();
    await new Promise((resolve, reject) => {
      count.onsuccess = resolve;
      count.onerror = reject;
    });
    database.close();
    return count.result;
  });
}

test('a saved page opens from the disk with all that is in it, and asks nobody for anything', async ({
  page,
  browser,
}) => {
  await open(page);
  await drop(page, [
    { name: 'node-a.save', content: NODE },
    { name: 'node-a.nft', content: FIREWALL },
  ]);
  await settled(page);
  const file = await save(page, 'node-a.html');
  expect(statSync(file).size).toBeLessThan(LARGEST);

  const context = await browser.newContext();
  const { page: saved, requests, errors } = await openFile(context, file);
  await settled(saved);
  await expect(saved.getByRole('navigation', { name: 'Dumps' })).toContainText('node-a.nft');
  const findings = saved.getByRole('region', { name: 'Findings' });
  await expect(findings.getByText(/places? tried for all packets/)).toBeVisible();
  await expect(await sourceLines(saved)).toContainText('iptables-save v1.8.9');
  await saved.getByRole('button', { name: 'Trace', exact: true }).first().click();
  await saved
    .getByRole('list', { name: 'Packets from this dump' })
    .getByRole('button', { name: /Pod → Service/ })
    .click();
  await expect(saved.getByRole('region', { name: 'Steps', exact: true })).toContainText('Rejected');
  await saved.waitForTimeout(1000);
  expect(await keptTexts(saved), 'what is as in the file is not kept a second time').toBe(0);

  // A file can make another one.
  const second = await save(saved, 'again.html');
  const { page: again } = await openFile(context, second);
  await expect(again.getByRole('region', { name: 'Steps', exact: true })).toContainText('Rejected');
  expect(requests).toEqual([pathToFileURL(second).href]);
  expect(errors).toEqual([]);
  await context.close();
});

test('whatever a dump contains, the file has it as it was, and nothing of it runs', async ({ page, browser }) => {
  await open(page);
  await drop(page, [{ name: HOSTILE_NAME, content: HOSTILE }]);
  await settled(page);
  const file = await save(page, 'hostile.html');
  const carried = await unpackCarried(packedIn(file));
  expect(carried.documents).toEqual([{ name: HOSTILE_NAME, text: HOSTILE }]);

  // What no file brings in, but a paste or another program that writes such a page.
  const halves = { ...carried, documents: [{ name: HOSTILE_NAME, text: HOSTILE + NO_TEXT }] };
  writeFileSync(file, readFileSync(file, 'utf8').replace(packedIn(file), await packCarried(halves)));
  const context = await browser.newContext();
  const { page: saved, requests, errors } = await openFile(context, file);
  await settled(saved);
  await expect(saved).toHaveTitle(`${HOSTILE_NAME} · nfscope`);
  const second = await save(saved, 'hostile-again.html');
  expect((await unpackCarried(packedIn(second))).documents).toEqual(halves.documents);
  expect(requests).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});

test('an edit of a saved page survives a reload, and is kept then', async ({ page, browser }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  const file = await save(page, 'edited.html');
  const context = await browser.newContext();
  const { page: saved } = await openFile(context, file);
  await settled(saved);
  await (await sourceLines(saved)).getByText('KUBE-FORWARD').first().click();
  await saved.keyboard.press('End');
  await saved.keyboard.type('\n-A FORWARD -j edited-here');
  await expect.poll(() => keptTexts(saved)).toBe(1);
  await saved.reload();
  await settled(saved);
  await expect(await sourceLines(saved)).toContainText('edited-here');
  await context.close();
});

test('where the browser keeps nothing, a saved page works all the same', async ({ page, browser }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  const file = await save(page, 'refused.html');
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const refuse = (): never => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
      Object.defineProperty(window, name, { get: refuse });
  });
  const { page: saved, errors } = await openFile(context, file);
  await settled(saved);
  await expect(await sourceLines(saved)).toContainText('iptables-save v1.8.9');
  expect(errors).toEqual([]);
  await context.close();
});

test('a file makes links for a page that others can open, and says why', async ({ page, browser }) => {
  await open(page);
  await drop(page, [{ name: 'node-a.save', content: NODE }]);
  await settled(page);
  const file = await save(page, 'node-a.html');
  const context = await browser.newContext();
  const { page: saved, errors } = await openFile(context, file);
  await settled(saved);
  await saved.getByRole('button', { name: 'Share' }).click();
  const dialog = saved.getByRole('dialog');
  await expect(dialog.getByText('This page is a file on your disk')).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: 'Link', exact: true })).toHaveCount(0);
  await expect(dialog).not.toContainText('file:');
  const address = dialog.getByRole('textbox', { name: /Address of that nfscope page/ });
  await address.fill('ftp://example.org/');
  await expect(dialog.getByText(/No address of a page/)).toBeVisible();
  await address.fill('https://tools.example.org/nfscope/#v1');
  const link = dialog.getByRole('textbox', { name: 'Link', exact: true });
  await expect(link).toHaveValue(/^https:\/\/tools\.example\.org\/nfscope\/#v2\.nf\./);
  expect(decodeLink(await link.inputValue())).toMatchObject({ ok: true, documents: [{ text: NODE }] });
  await expect(dialog.getByText(/echo "https:\/\/tools\.example\.org\/nfscope\/#v1\.gz/)).toHaveCount(1);
  expect(await saved.evaluate(() => location.hash)).toBe('');
  expect(errors).toEqual([]);
  await context.close();
});

test('a file that was cut off or changed says so', async ({ page, browser }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  const file = await save(page, 'whole.html');
  const whole = readFileSync(file, 'utf8');
  const context = await browser.newContext();

  const packed = packedIn(file);
  writeFileSync(file, whole.replace(packed, packed.slice(0, packed.length / 2)));
  const { page: damaged } = await openFile(context, file);
  await expect(damaged.getByText('The dumps inside the file are damaged or cut off')).toBeVisible();
  await expect(damaged.getByRole('button', { name: 'Choose files' })).toBeVisible();

  // The policy lets nothing run that was not built.
  writeFileSync(file, whole.replace('</body>', "<script>document.title = 'run'</script></body>"));
  const { page: changed, errors } = await openFile(context, file);
  await settled(changed);
  await expect(changed).toHaveTitle(/· nfscope$/);
  expect(errors.join()).toContain('Content Security Policy');
  await context.close();
});

test('a saved page dropped on another one opens there, and so does a part of it from the share dialog', async ({
  page,
}) => {
  await open(page);
  await drop(page, [{ name: 'node-a.save', content: NODE }]);
  await settled(page);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel(/counters/i).uncheck();
  await page.getByRole('button', { name: 'Save as a page' }).click();
  const file = join(folder, 'shared.html');
  await (await download).saveAs(file);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close node-a.save' }).click();
  await expect(page.getByRole('button', { name: 'Choose files' })).toBeVisible();
  await drop(page, [{ name: 'shared.html', content: readFileSync(file, 'utf8') }]);
  await settled(page);
  const lines = await sourceLines(page);
  await expect(lines).toContainText('-A FORWARD');
  await expect(lines).not.toContainText('[900:54000]');
  const whole = readFileSync(file, 'utf8');
  await drop(page, [{ name: 'cut.html', content: whole.slice(0, whole.indexOf(DUMPS_ID) + 200) }]);
  await expect(page.getByText('“cut.html”: The dumps inside the file are damaged or cut off')).toBeVisible();
});

test('the command line writes the same page; without dumps it is the landing page', async ({ browser }) => {
  test.setTimeout(180_000);
  const html = execFileSync(process.execPath, ['--import', 'tsx', 'web/cli/main.ts', 'html', '-'], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    input: NODE,
    encoding: 'utf8',
    maxBuffer: 2 * LARGEST,
  });
  const file = join(folder, 'command.html');
  writeFileSync(file, html);
  const context = await browser.newContext();
  const { page: saved, errors } = await openFile(context, file);
  await settled(saved);

  const empty = join(folder, 'empty.html');
  writeFileSync(empty, html.replace(new RegExp(`<script[^>]*id="${DUMPS_ID}">[^<]*</script>`), ''));
  const { page: landing, requests } = await openFile(context, empty);
  await expect(landing.getByRole('button', { name: 'Choose files' })).toBeVisible();
  await paste(landing, NODE);
  await settled(landing);
  expect(requests).toEqual([]);
  expect(errors).toEqual([]);
  await context.close();
});
