/** The page without a network, its updates, and what is in its caches. From a server of this test's own: it publishes a new version. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { listBuild } from '../dev/offline-plugin.ts';
import { POLICY, SERVICE_WORKER_POLICY } from '../dev/policy.ts';
import { encodeLink } from '../permalink/link.ts';
import { NODE } from './dumps.ts';
import { test as base, expect, paste, settled, sourceLines } from './page.ts';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

interface Site {
  readonly url: string;
  readonly folder: string;
  /** Paths, in order. */
  readonly asked: string[];
  /** Whether anything is answered. */
  readonly state: { up: boolean };
}

async function serve(use: (site: Site) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-site-'));
  cpSync(DIST, folder, { recursive: true });
  const asked: string[] = [];
  const state = { up: true };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace('/below/', '');
    asked.push(path);
    if (!state.up) return void request.socket.destroy();
    const file = path === '' ? 'index.html' : path;
    try {
      const content = readFileSync(join(folder, file));
      // As web/deploy does: in a header the policy holds for workers, too.
      const policy = file === 'sw.js' ? SERVICE_WORKER_POLICY : POLICY;
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/below/`, folder, asked, state });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
}

const test = base.extend<{ site: Site }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants to see which fixtures are used
  site: ({}, use) => serve(use),
  baseURL: ({ site }, use) => use(site.url),
});
test.use({ serviceWorkers: 'allow' });

/** Waits until the page is kept. */
async function kept(page: Page): Promise<void> {
  await expect(page.getByRole('banner')).toBeVisible();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

/** Publishes another build: the page differs by a mark. */
function publish(site: Site, mark: string): void {
  const index = join(site.folder, 'index.html');
  writeFileSync(index, readFileSync(join(DIST, 'index.html'), 'utf8').replace('<body>', `<body data-build="${mark}">`));
  const worker = readFileSync(join(DIST, 'sw.js'), 'utf8');
  const list = JSON.stringify(listBuild(site.folder));
  writeFileSync(
    join(site.folder, 'sw.js'),
    worker.replace(/^const nfscopeBuild = [\s\S]*?\n\};\n/, `const nfscopeBuild = ${list};\n`),
  );
}

const build = (page: Page): Promise<string | null> => page.evaluate(() => document.body.getAttribute('data-build'));

test('without a network the page opens, and a dump has its map, source, findings and trace', async ({ page, site }) => {
  await page.goto(site.url);
  await kept(page);
  site.state.up = false;
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByRole('banner')).toBeVisible();
  await paste(page, NODE);
  await settled(page);
  await expect(page.getByRole('region', { name: 'Findings' }).getByText(/places? tried for all packets/)).toBeVisible();
  await expect(await sourceLines(page)).toContainText('iptables-save v1.8.9');
  for (const view of ['Chain', 'Cost', 'Trace'])
    await page.getByRole('button', { name: view, exact: true }).first().click();
  await page
    .getByRole('list', { name: 'Packets from this dump' })
    .getByRole('button', { name: /Pod → Service/ })
    .click();
  await expect(page.getByRole('region', { name: 'Steps', exact: true })).toContainText('Forwarded');
  // Also what comes only when it is asked for.
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /^Page, HTML/ }).click();
  expect((await download).suggestedFilename()).toMatch(/\.nfscope\.html$/);
  await page.goto(`${site.url}?embed${encodeLink([{ name: 'node', text: NODE }])}`);
  await expect(page.getByRole('region', { name: 'Hook map' })).toBeVisible();
});

test('the caches hold the files of the build and nothing of a ruleset', async ({ page, site }) => {
  await page.goto(`${site.url}${encodeLink([{ name: 'secret-node', text: NODE }])}`);
  await settled(page);
  await kept(page);
  await page.reload();
  await settled(page);
  const found = await page.evaluate(async () => {
    const entries: { readonly url: string; readonly size: number; readonly dump: boolean }[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request))?.text();
        entries.push({ url: request.url, size: text?.length ?? 0, dump: text?.includes('cali-fw-cali1234') ?? false });
      }
    }
    return entries;
  });
  const { files } = listBuild(DIST);
  expect(found.map(({ url }) => url).sort()).toEqual(
    Object.keys(files)
      .map((path) => site.url + path)
      .sort(),
  );
  expect(found.filter(({ dump }) => dump)).toEqual([]);
  expect(found.filter(({ size }) => size === 0)).toEqual([]);
});

test('a new version waits, says so, and a reload for it keeps what is open', async ({ page, site }) => {
  await page.goto(site.url);
  await kept(page);
  await paste(page, NODE);
  await settled(page);
  await (await sourceLines(page)).getByText('KUBE-FORWARD').first().click();
  await page.keyboard.press('End');
  await page.keyboard.type('\n-A FORWARD -j edited-here');

  publish(site, 'second');
  site.asked.length = 0;
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  const notice = page.getByText('A new version of nfscope is ready.');
  await expect(notice).toBeVisible();
  // Only what changed was fetched.
  expect(site.asked.filter((path) => path.startsWith('assets/'))).toEqual([]);
  expect(await build(page), 'the old one goes on').toBe(null);
  await page.reload();
  await settled(page);
  expect(await build(page), 'a reload alone is no consent').toBe(null);
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => build(page).catch(() => null)).toBe('second');
  await settled(page);
  await expect(await sourceLines(page)).toContainText('edited-here');
  // The files of the old one go when no page needs them.
  await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(1);
});

test('a page whose text cannot be kept is not reloaded for a new version', async ({ page, site }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
  });
  await page.goto(site.url);
  await kept(page);
  await paste(page, NODE);
  await settled(page);
  publish(site, 'second');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByText('Not reloaded: this browser does not keep what is open.')).toBeVisible();
  expect(await build(page)).toBe(null);
});

test('half of a new version is none: the old one stays', async ({ page, site }) => {
  await page.goto(site.url);
  await kept(page);
  publish(site, 'second');
  // Published while it is fetched: the page is of a third build already.
  writeFileSync(
    join(site.folder, 'index.html'),
    readFileSync(join(DIST, 'index.html'), 'utf8').replace('<body>', '<body data-build="third">'),
  );
  const state = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.update().catch(() => undefined);
    const coming = registration?.installing;
    if (!coming) return 'none';
    return new Promise((resolve) => {
      coming.addEventListener('statechange', () => resolve(coming.state));
    });
  });
  expect(state).toBe('redundant');
  await page.reload();
  expect(await build(page)).toBe(null);
  await expect(page.getByText('A new version of nfscope is ready.')).toBeHidden();
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(1);
});

test('another tab of the old version goes on with its own files', async ({ page, context, site }) => {
  await page.goto(site.url);
  await kept(page);
  const other = await context.newPage();
  await other.goto(site.url);
  publish(site, 'second');
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Reload' }).click();
  await expect.poll(() => build(page).catch(() => null)).toBe('second');
  site.state.up = false;
  await paste(other, NODE);
  await settled(other);
  await expect(await sourceLines(other)).toContainText('iptables-save v1.8.9');
  expect(await build(other)).toBe(null);
});

test('the manifest can be installed from', async ({ page, site }) => {
  await page.goto(site.url);
  await kept(page);
  const devtools = await page.context().newCDPSession(page);
  const { errors, url } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(url).toBe(`${site.url}manifest.webmanifest`);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // A test's window is like a private one, into which nothing is installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});
