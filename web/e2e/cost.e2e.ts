/** The cost view: what packets are compared with, chains as maps, what a reload costs; on a big dump it comes soon; keys, themes, a phone. */
import type { Page } from '@playwright/test';
import { generateKubeProxy } from '../bench/generate.ts';
import { NODE } from './dumps.ts';
import { drop, expect, open, test, violations } from './page.ts';

const CLUSTER = generateKubeProxy({ services: 60, endpoints: 2, format: 'iptables' });
const CLUSTER_NFT = generateKubeProxy({ services: 60, endpoints: 2, format: 'nft' });
const ROUTER = `table inet fw {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related counter packets 900 bytes 90000 accept
		ip saddr 192.0.2.1 counter packets 5 bytes 300 drop
		ip saddr 192.0.2.2 counter packets 4 bytes 300 drop
		ip saddr 192.0.2.3 counter packets 3 bytes 300 drop
		ip saddr 192.0.2.4 counter packets 2 bytes 300 drop
		tcp dport 22 counter packets 80 bytes 4000 accept
	}
}
`;

const cost = (page: Page) => page.getByRole('region', { name: 'Cost', exact: true });

async function openCost(page: Page, name: string, content: string): Promise<void> {
  await open(page);
  await drop(page, [{ name, content }]);
  await page.getByRole('button', { name: 'Cost', exact: true }).first().click();
  await expect(cost(page).getByRole('heading', { level: 1 })).toBeVisible();
}

test('the last Service costs more than the first, and a map would not', async ({ page }) => {
  await openCost(page, 'node.save', CLUSTER);
  await expect(cost(page).getByRole('heading', { level: 1 })).toHaveText(
    /A new connection to the last Service evaluates [\d,]+ rules\. Verdict maps would make it \d+\./,
  );
  const packets = page.getByRole('region', { name: 'Rules evaluated per packet' });
  const rules = async (title: string): Promise<number> => {
    const row = packets.getByRole('row').filter({ hasText: title });
    return Number((await row.locator('td b').textContent())?.replace(',', ''));
  };
  expect(await rules('Last Service')).toBeGreaterThan((await rules('First Service')) + 40);
  expect(await rules('Median Service')).toBeLessThan(await rules('Last Service'));
});

test('the longest chain opens to text for nft, all of which is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openCost(page, 'node.save', CLUSTER);
  const line = page
    .getByRole('region', { name: 'Longest linear chains' })
    .getByRole('button', { expanded: false })
    .first();
  await line.focus();
  await page.keyboard.press('Enter');
  const text = page.getByRole('region', { name: /KUBE-SERVICES as sets and maps/ });
  await expect(text).toContainText('vmap');
  await page.getByRole('button', { name: 'Copy for nft -f' }).click();
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(clipboard).toContain('flush chain ip nat KUBE-SERVICES');
  const copied = await clipboard();
  expect(copied.split('\n').length).toBeGreaterThan(60);
  expect(copied.match(/ : jump KUBE-/g)?.length).toBeGreaterThan(50);
});

test('in nftables mode Services are looked up, and the anonymous maps are told', async ({ page }) => {
  await openCost(page, 'node.nft', CLUSTER_NFT);
  await expect(cost(page).getByRole('heading', { level: 1 })).toHaveText(/Verdict maps look Services up/);
  await expect(cost(page).getByRole('heading', { level: 2, name: /A full reload takes nft/ })).toBeVisible();
  await expect(cost(page)).toContainText('anonymous sets and maps');
  const programming = page.getByRole('region', { name: 'Programming cost' });
  await programming.getByText('The numbers').click();
  await expect(programming.getByRole('row', { name: /nft, kube-proxy 10,000/ })).toBeVisible();
});

test('without Services other packets are told, and the curve is of the longest chain', async ({ page }) => {
  await openCost(page, 'router.nft', ROUTER);
  await expect(page.getByRole('region', { name: 'Rules evaluated per packet' })).toContainText('this node: ssh');
  await expect(page.getByRole('img', { name: /entries of input/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Longest linear chains' })).toContainText('4 × ip saddr → drop');
});

test('a packet of the list opens in the trace, and comes back as one’s own', async ({ page }) => {
  await openCost(page, 'node.save', NODE);
  await page
    .getByRole('region', { name: 'Rules evaluated per packet' })
    .getByRole('button', { name: /this node: ssh/ })
    .click();
  await expect(
    page.getByRole('form', { name: 'Packet fields' }).getByLabel('port', { exact: true }).last(),
  ).toHaveValue('22');
  await page.getByRole('button', { name: 'Cost', exact: true }).first().click();
  await expect(page.getByRole('region', { name: 'Rules evaluated per packet' })).toContainText('Your packet');
});

test('a link opens the view', async ({ page, browser, baseURL }) => {
  await openCost(page, 'node.save', NODE);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/#v2\./);
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  const context = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await context.newPage();
  await other.goto(link);
  await expect(cost(other).getByRole('heading', { level: 1 })).toBeVisible();
  await context.close();
});

test('counters give a mean', async ({ page }) => {
  await openCost(page, 'node.save', NODE);
  const hooks = page.getByRole('region', { name: 'Rules evaluated per hook' });
  await expect(hooks).toContainText('the mean of a new connection');
});

test('without counters no mean is made up', async ({ page }) => {
  await openCost(page, 'node.nft', CLUSTER_NFT);
  await expect(page.getByRole('region', { name: 'Rules evaluated per hook' })).toContainText(
    'no counters that tell a mean',
  );
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the cost view has no serious accessibility violation: ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openCost(page, 'node.save', CLUSTER);
    await page.getByRole('region', { name: 'Longest linear chains' }).getByRole('button').first().click();
    for (const numbers of await page.getByText('The numbers').all()) await numbers.click();
    await expect(page.getByRole('region', { name: /as sets and maps/ })).toBeVisible();
    expect(await violations(page)).toEqual([]);
  });
}

for (const [width, height] of [
  [390, 844],
  [1280, 800],
  [2560, 1440],
] as const) {
  test(`${width} pixels wide, nothing is cut off`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openCost(page, 'node.save', CLUSTER);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const wide = await cost(page).evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
  });
}
