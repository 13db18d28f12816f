/** Files that leave the page: pictures, findings, the graph, paper; and the page inside of another one. */
import { readFileSync } from 'node:fs';
import type { Download, Page } from '@playwright/test';
import { encodeLink } from '../permalink/link.ts';
import { analyse } from '../pipeline.ts';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, test, violations } from './page.ts';

async function openNode(page: Page): Promise<void> {
  await open(page);
  await drop(page, [
    { name: 'node.save', content: NODE },
    { name: 'node.nft', content: FIREWALL },
  ]);
  await settled(page);
}

interface Saved {
  readonly name: string;
  readonly bytes: Buffer;
}

async function save(page: Page, item: string, colours?: 'light' | 'dark'): Promise<Saved> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  if (colours) await page.getByRole('menuitemradio', { name: colours, exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: new RegExp(`^${item}`) }).click(),
  ]);
  return { name: (download as Download).suggestedFilename(), bytes: readFileSync(await (download as Download).path()) };
}

interface Sample {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue at each point of a grid of 100 by 60. */
  readonly points: readonly (readonly [number, number, number])[];
  readonly corner: readonly number[];
}

/** Has the browser draw a file by itself, and looks at it in a grid. */
async function drawn(page: Page, { name, bytes }: Saved): Promise<Sample> {
  const type = name.endsWith('.svg') ? 'image/svg+xml' : 'image/png';
  return page.evaluate(
    async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const canvas = document.createElement('canvas');
      const { naturalWidth: width, naturalHeight: height } = image;
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext('2d');
      if (!context) throw new Error('no canvas');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const at = (x: number, y: number): [number, number, number] => {
        const from = 4 * (Math.floor(y) * width + Math.floor(x));
        return [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0];
      };
      const points = Array.from({ length: 6000 }, (_, i) =>
        at((((i % 100) + 0.5) / 100) * width, ((Math.floor(i / 100) + 0.5) / 60) * height),
      );
      return { width, height, points, corner: at(4, 4) };
    },
    `data:${type};base64,${bytes.toString('base64')}`,
  );
}

/** What a program that reads XML and not HTML says of it. */
async function parsed(
  page: Page,
  text: string,
): Promise<{ error: string; tags: string[]; texts: string[]; events: string[]; references: string[] }> {
  // On a page of its own: ours lets nobody make a document out of text.
  const blank = await page.context().newPage();
  const told = await blank.evaluate((xml) => {
    const tree = new DOMParser().parseFromString(xml, 'application/xml');
    const all = [...tree.querySelectorAll('*')];
    const attributes = all.flatMap((node) => [...node.attributes]);
    return {
      error: tree.querySelector('parsererror')?.textContent ?? '',
      tags: [...new Set(all.map((node) => node.localName))],
      texts: [...tree.querySelectorAll('text')].map((node) => node.textContent ?? ''),
      events: attributes.filter(({ name }) => /^on|href$/.test(name)).map(({ name }) => name),
      references: attributes
        .filter(({ name, value }) => name !== 'xmlns' && /^https?:|url\((?!#)/.test(value))
        .map(({ value }) => value),
    };
  }, text);
  await blank.close();
  return told;
}

const TAGS = [
  'svg',
  'title',
  'style',
  'defs',
  'g',
  'rect',
  'path',
  'line',
  'circle',
  'text',
  'tspan',
  'clipPath',
  'pattern',
];

test('the view as SVG stands on its own: well-formed, fonts inside, nothing that runs or is fetched', async ({
  page,
}) => {
  await openNode(page);
  for (const view of ['Hooks', 'Chain', 'Trace', 'Cost']) {
    await page.getByRole('button', { name: view, exact: true }).click();
    await page.waitForTimeout(400);
    const saved = await save(page, 'View, SVG');
    const text = saved.bytes.toString('utf8');
    const { error, tags, texts, events, references } = await parsed(page, text);
    expect(error, view).toBe('');
    expect(
      tags.filter((tag) => !TAGS.includes(tag)),
      view,
    ).toEqual([]);
    expect([...events, ...references], view).toEqual([]);
    expect(texts.length, view).toBeGreaterThan(10);
    // Only fonts, only as data, and only those that are used.
    expect(
      text.match(/url\((?!#|&quot;#)[^)]{0,40}/g)?.every((url) => url.startsWith('url(data:font/woff2')),
      view,
    ).toBe(true);
    expect(text, view).toContain("font-family:'Inter Variable'");
  }
});

test('zoomed in far, lines are as thin in the picture as on the page', async ({ page }) => {
  await openNode(page);
  await page
    .getByRole('region', { name: 'Hook map' })
    .getByRole('button', { name: /^forward, 0: FORWARD/ })
    .focus();
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('+');
    await page.waitForTimeout(220);
  }
  await page.waitForTimeout(300);
  const text = (await save(page, 'View, SVG')).bytes.toString('utf8');
  const scale = Number(/scale\(([\d.]+)\)/.exec(text)?.[1]);
  expect(scale).toBeGreaterThan(3);
  const lines = [...text.matchAll(/<line [^>]*stroke-width="([\d.]+)"/g)].map(([, width]) => Number(width) * scale);
  expect(lines.length).toBeGreaterThan(2);
  expect(Math.max(...lines)).toBeLessThan(2);
});

test('PNG is twice the size of the SVG and looks the same, in the colours that are asked for', async ({ page }) => {
  await openNode(page);
  const svg = await drawn(page, await save(page, 'Slide, SVG', 'light'));
  expect([svg.width, svg.height]).toEqual([1600, 900]);
  const png = await drawn(page, await save(page, 'Slide, PNG', 'light'));
  expect([png.width, png.height]).toEqual([3200, 1800]);
  const far = svg.points.filter((point, at) =>
    point.some((channel, which) => Math.abs(channel - (png.points[at]?.[which] ?? 0)) > 90),
  );
  expect(svg.points.filter((point) => Math.max(...point) < 140).length).toBeGreaterThan(20);
  expect(far.length).toBeLessThan(svg.points.length * 0.02);
  expect(png.corner).toEqual([0xf5, 0xf6, 0xf8]);
  const dark = await drawn(page, await save(page, 'Slide, PNG', 'dark'));
  expect(dark.corner).toEqual([0x0d, 0x10, 0x15]);
  // The page itself has not changed.
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('system');
});

test('the fonts of a picture are its own', async ({ page, browser }) => {
  await openNode(page);
  const saved = await save(page, 'Slide, SVG', 'light');
  const text = saved.bytes.toString('utf8');
  const elsewhere = await browser.newContext({ viewport: { width: 1600, height: 900 } });
  const shoot = async (svg: string): Promise<string> => {
    const alone = await elsewhere.newPage();
    await alone.goto(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
    await alone.waitForTimeout(300);
    const picture = await alone.screenshot();
    await alone.close();
    return picture.toString('base64');
  };
  const [own, without] = [await shoot(text), await shoot(text.replaceAll('@font-face', '@font-none'))];
  expect(own).not.toBe(without);
  await elsewhere.close();
});

test('names from a dump are text in every file', async ({ page }) => {
  const evil = '<script>alert(1)</script>&"\']]>';
  const json = JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family: 'ip', name: 'filter', handle: 1 } },
      {
        chain: {
          family: 'ip',
          table: 'filter',
          name: evil,
          handle: 1,
          type: 'filter',
          hook: 'input',
          prio: 0,
          policy: 'drop',
        },
      },
      {
        rule: {
          family: 'ip',
          table: 'filter',
          chain: evil,
          handle: 2,
          comment: `a${String.fromCharCode(1)}b ${evil}`,
          expr: [{ accept: null }],
        },
      },
    ],
  });
  await open(page);
  await drop(page, [{ name: `${evil}.json`, content: json }]);
  await settled(page);
  await page.getByRole('button', { name: 'Chain', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Chain' }).getByRole('table')).toBeVisible();
  const svg = await save(page, 'View, SVG');
  const { error, tags, texts } = await parsed(page, svg.bytes.toString('utf8'));
  expect(error).toBe('');
  expect(tags).not.toContain('script');
  expect(texts.join(' ')).toContain('<script>');
  expect(svg.name).toMatch(/^[^<>:"/\\|?*]+$/);
  const dot = (await save(page, 'Graph, DOT')).bytes.toString('utf8');
  expect(dot).toContain(`label="<script>alert(1)</script>&\\"']]>\\n`);
});

test('the findings as JSON are those of the command line, as Markdown one document', async ({ page }) => {
  await openNode(page);
  await page
    .getByRole('button', { name: 'Stop' })
    .click({ timeout: 3000 })
    .catch(() => undefined);
  const json = JSON.parse((await save(page, 'JSON')).bytes.toString('utf8')) as {
    schema: string;
    findings: { id: string; where: { line: number; dump: string }[]; proof: unknown }[];
  };
  expect(json.schema).toBe('nfscope/findings@1');
  const { findings } = analyse([
    { name: 'node.save', text: NODE },
    { name: 'node.nft', text: FIREWALL },
  ]);
  const ids = json.findings.map(({ id }) => id);
  // What is proved takes the place of what was found, and may add to it.
  expect(findings.filter(({ id }) => ids.includes(id)).length).toBeGreaterThan(findings.length / 2);
  expect(json.findings.every((finding) => 'proof' in finding && finding.where.every(({ line }) => line > 0))).toBe(
    true,
  );
  const markdown = (await save(page, 'Markdown')).bytes.toString('utf8');
  expect(markdown).toMatch(/^## Findings of node.save, node.nft\n/);
  expect(markdown.match(/^### /gm)?.length).toBe(json.findings.length);
});

test('what cannot be exported says why', async ({ page }) => {
  await open(page);
  await paste(page, 'create s hash:ip family inet\nadd s 10.0.0.1\n');
  await expect(page.getByText(/parsed in/)).toBeVisible();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const item = page.getByRole('menuitem', { name: /^View, SVG/ });
  await expect(item).toHaveAttribute('aria-disabled', 'true');
  await expect(item).toContainText('No chain was found in the text');
  await expect(page.getByRole('menuitem', { name: /^nft script/ })).not.toHaveAttribute('aria-disabled', 'true');
  expect(await violations(page)).toEqual([]);
});

test('embedded, the page is its view and a link to the whole one', async ({ page, context }) => {
  const hash = encodeLink([{ name: 'node.save', text: NODE }], { view: 'hooks' });
  await page.goto(`./?embed&theme=dark${hash}`);
  await expect(
    page
      .getByRole('region', { name: 'Hook map' })
      .getByRole('button', { name: /FORWARD/ })
      .first(),
  ).toBeVisible();
  await expect(page.getByRole('banner')).toHaveCount(0);
  await expect(page.getByRole('region', { name: 'Findings' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Share' })).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  expect(await violations(page)).toEqual([]);
  const link = page.getByRole('link', { name: /Open in nfscope/ });
  await expect(link).toHaveAttribute('href', new RegExp(`/some/sub-path/${hash.slice(0, 60).replace('.', '\\.')}`));
  const [whole] = await Promise.all([context.waitForEvent('page'), link.click()]);
  await expect(whole.getByRole('banner')).toBeVisible();
  await expect(whole.getByRole('region', { name: 'Hook map' })).toBeVisible();
  // Nothing of it is kept as a workspace to continue with.
  await page.goto('./');
  await whole.close();
});

test('in a frame of another page every view is there, and an address without a link says so', async ({ page }) => {
  const framed = async (address: string) => {
    const body = `<!doctype html><link rel="icon" href="favicon.svg" /><iframe src="./${address}" width="1000" height="600"></iframe>`;
    await page.route('**/host.html', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto('./host.html');
    await page.unroute('**/host.html');
    return page.frameLocator('iframe');
  };
  for (const [view, name] of [
    ['hooks', 'Hook map'],
    ['chain', 'Chain'],
    ['cost', 'Cost'],
  ] as const) {
    const frame = await framed(`?embed${encodeLink([{ name: 'node.save', text: NODE }], { view })}`);
    await expect(frame.getByRole('region', { name, exact: true })).toBeVisible();
    await expect(frame.getByRole('link', { name: /Open in nfscope/ })).toBeVisible();
  }
  const way = await framed(`?embed${encodeLink([{ name: 'node.save', text: NODE }], { view: 'trace' })}`);
  await expect(way.getByRole('region', { name: /^Way of the packet/ })).toBeVisible();
  const without = await framed('?embed');
  await expect(without.getByText('There is no ruleset in this address')).toBeVisible();
});

test('on paper the map has one page, and the findings follow', async ({ page }) => {
  await openNode(page);
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  const sheet = page.locator('.print-findings');
  await expect(sheet.getByRole('heading', { level: 3 }).first()).toBeVisible();
  await expect(page.locator('.topbar .search-button')).toBeHidden();
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const text = pdf.toString('latin1');
  // A4 landscape: 842 by 595 points.
  const boxes = [...text.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)].map(([, width, height]) => [
    Math.round(Number(width)),
    Math.round(Number(height)),
  ]);
  expect(boxes.length).toBeGreaterThan(1);
  for (const box of boxes) expect(box).toEqual([842, 595]);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await page.emulateMedia({ media: 'screen' });
  await expect(sheet).toHaveCount(0);
});
