/** The hook map beyond the overview: cards that open, zoom, ways of packets, edges; the chain view's filter; the help sheet. */
import type { Locator, Page } from '@playwright/test';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, settled, test, violations } from './page.ts';

/** Thirty rules of one owner in a base chain: more than an open card shows. */
const LONG = `table ip long {
	chain forward {
		type filter hook forward priority 50; policy accept;
${Array.from({ length: 30 }, (_, at) => `		ip daddr 192.0.2.${at} drop`).join('\n')}
	}
}
`;

async function openNode(page: Page): Promise<Locator> {
  await open(page);
  await drop(page, [
    { name: 'node.save', content: NODE },
    { name: 'node.nft', content: FIREWALL },
    { name: 'long.nft', content: LONG },
  ]);
  await settled(page);
  // The marks come last: then nothing moves any more.
  await expect(page.getByRole('region', { name: 'Findings' })).toHaveAttribute('aria-busy', 'false');
  return page.getByRole('region', { name: 'Hook map' });
}

const card = (map: Locator, name: RegExp): Locator => map.getByRole('button', { name }).first();
const FORWARD = /^forward, 0: FORWARD/;

test('a card opens in place by key, a jump in it as well, and both close again', async ({ page }) => {
  const map = await openNode(page);
  const forward = card(map, FORWARD);
  await forward.focus();
  await page.keyboard.press('Enter');
  await expect(forward).toHaveAttribute('aria-expanded', 'true');
  const jump = map.getByRole('button', { name: /^rule 1: any packet: jump cali-FORWARD/ });
  await expect(jump).toBeVisible();
  await expect(map.getByRole('button', { name: /^rule 4: src 192\.0\.2\.0\/24: drop/ })).toBeVisible();
  // The whole way by keys: down to the rule, open its jump, down into its chain.
  for (let i = 0; i < 5 && !(await jump.evaluate((node) => node === document.activeElement)); i++) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  const below = map.getByRole('button', { name: /^rule 2: in cali\+: jump cali-from-wl-dispatch/ });
  await expect(below).toBeVisible();
  await expect(jump).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('FORWARD rule 1');
  // A jump in that chain opens in turn, and closes with it.
  await below.focus();
  await page.keyboard.press('Enter');
  await expect(below).toHaveAttribute('aria-expanded', 'true');
  const deep = map.getByRole('button', { name: /^rule 1: in cali1234: goto cali-fw/ });
  await expect(deep).toBeVisible();
  await jump.focus();
  await page.keyboard.press('Enter');
  await expect(below).toHaveCount(0);
  await expect(deep).toHaveCount(0);
  await forward.focus();
  await page.keyboard.press('Enter');
  await expect(jump).toHaveCount(0);
  await expect(forward).toHaveAttribute('aria-expanded', 'false');
});

test('the chevron opens a card; what lies below moves, the card does not', async ({ page }) => {
  const map = await openNode(page);
  const forward = card(map, FORWARD);
  const later = card(map, /^forward, 10: filter_FORWARD/);
  const [before, below] = [await forward.boundingBox(), await later.boundingBox()];
  await forward.hover();
  await map.locator('.hm-card:hover .hm-toggle').click();
  await expect(forward).toHaveAttribute('aria-expanded', 'true');
  await page.waitForTimeout(500);
  const [after, moved] = [await forward.boundingBox(), await later.boundingBox()];
  expect(after?.x).toBeCloseTo(before?.x ?? 0, 0);
  expect(after?.y).toBeCloseTo(before?.y ?? 0, 0);
  expect(moved?.y).toBeGreaterThan((below?.y ?? 0) + 30);
  expect(await violations(page)).toEqual([]);
});

test('rules that an open card leaves out are a click away', async ({ page }) => {
  const map = await openNode(page);
  await card(map, /^forward, 50: forward/).focus();
  await page.keyboard.press('Enter');
  await map.getByRole('button', { name: '10 more, open in the chain view' }).click();
  await expect(page.getByRole('region', { name: 'Chain' })).toContainText('192.0.2.0');
});

test('zooming in opens the cards at the pointer, and their rules show their text', async ({ page }) => {
  const map = await openNode(page);
  const forward = card(map, FORWARD);
  const box = await forward.boundingBox();
  const point = { x: (box?.x ?? 0) + 40, y: (box?.y ?? 0) + 8 };
  await page.mouse.move(point.x, point.y);
  const inside = async (): Promise<boolean> => {
    const at = await forward.boundingBox();
    return (
      at !== null &&
      point.x >= at.x &&
      point.x <= at.x + at.width &&
      point.y >= at.y - 3 &&
      point.y <= at.y + at.height + 3
    );
  };
  for (let i = 0; i < 24; i++) {
    await page.mouse.wheel(0, -100);
    await page.waitForTimeout(20);
    expect(await inside()).toBe(true);
  }
  await expect(forward).toHaveAttribute('aria-expanded', 'true');
  await expect(map.locator('.hm-rule-source').first()).toHaveText(/-A FORWARD/);
  for (let i = 0; i < 24; i++) {
    await page.mouse.wheel(0, 100);
    await page.waitForTimeout(20);
  }
  await expect(forward).toHaveAttribute('aria-expanded', 'false');
  expect(await map.locator('.hm-rule').count()).toBe(0);
});

test('a way of packets dims what it does not meet', async ({ page }) => {
  const map = await openNode(page);
  const dimmed = (name: RegExp): Promise<number> =>
    card(map, name).evaluate((node) => (node.closest('.hm-card')?.classList.contains('hm-off') ? 1 : 0));
  const to = map.getByRole('button', { name: 'Packets to this node' });
  await to.click();
  await expect(to).toHaveAttribute('aria-pressed', 'true');
  expect(await dimmed(FORWARD)).toBe(1);
  expect(await dimmed(/^input, 0: INPUT/)).toBe(0);
  await map.getByRole('button', { name: 'Packets through this node' }).click();
  expect(await dimmed(FORWARD)).toBe(0);
  expect(await dimmed(/^output, 0: OUTPUT/)).toBe(1);
  await map.getByRole('button', { name: 'Packets through this node' }).click();
  expect(await map.locator('.hm-off').count()).toBe(0);
});

test('pointing at a jump shows from where else its chain is reached', async ({ page }) => {
  const map = await openNode(page);
  const prerouting = card(map, /^prerouting, -100: PREROUTING/);
  await prerouting.focus();
  await page.keyboard.press('Enter');
  await expect(map.locator('.hm-edges path')).toHaveCount(0);
  await map.getByRole('button', { name: /jump KUBE-SERVICES/ }).hover();
  await expect(map.locator('.hm-edges text')).toHaveText('KUBE-SERVICES is reached from 2 rules');
  await expect(map.locator('.hm-edges circle')).toHaveCount(2);
  await page.mouse.move(5, 5);
  await expect(map.locator('.hm-edges path')).toHaveCount(0);
});

test('cards glide to their new places, and do not when motion is unwanted', async ({ page }) => {
  await page.addInitScript(() => {
    const counted = globalThis as unknown as { glides: number };
    counted.glides = 0;
    const { animate } = Element.prototype;
    Element.prototype.animate = function (...given) {
      counted.glides += 1;
      return animate.apply(this, given);
    };
  });
  const glides = (): Promise<number> => page.evaluate(() => (globalThis as unknown as { glides: number }).glides);
  const map = await openNode(page);
  const forward = card(map, FORWARD);
  await forward.focus();
  expect(await glides()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.keyboard.press('Enter');
  await expect(forward).toHaveAttribute('aria-expanded', 'true');
  expect(await glides()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.keyboard.press('Enter');
  await expect(forward).toHaveAttribute('aria-expanded', 'false');
  expect(await glides()).toBeGreaterThan(0);
});

test('the rules of a chain are filtered by a packet that they can match', async ({ page }) => {
  const map = await openNode(page);
  await card(map, FORWARD).dblclick();
  const chain = page.getByRole('region', { name: 'Chain' });
  await chain.getByRole('button', { name: 'Filter', exact: true }).click();
  await chain.getByLabel('Can match this packet').fill('from 192.0.2.9');
  await expect(chain.getByText('5 of 5 rules')).toBeVisible();
  await chain.getByLabel('Can match this packet').fill('from 10.0.0.1');
  await expect(chain.getByText('4 of 5 rules')).toBeVisible();
  await expect(chain.getByRole('row').filter({ hasText: '192.0.2.0/24' })).toHaveCount(0);
  await chain.getByLabel('Verdict', { exact: true }).selectOption('accept');
  await expect(chain.getByText('1 of 5 rules')).toBeVisible();
  await chain.getByLabel('Can match this packet').fill('10.0.0.0/8');
  await expect(chain.getByText('10.0.0.0/8 is a network: name an address in it')).toBeVisible();
  await chain.getByRole('button', { name: 'Clear' }).click();
  await expect(chain.getByRole('row').filter({ hasText: '192.0.2.0/24' })).toHaveCount(1);
});

test('the help sheet lists the keys', async ({ page }) => {
  await openNode(page);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys and gestures' });
  await expect(sheet).toContainText('open a card into its rules');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await page.getByRole('button', { name: /Keys/ }).click();
  await expect(sheet).toBeVisible();
});

/** Chains on the way in of two devices, of a bridge and of ARP, beside a node's own. */
const EDGE = `table netdev edge {
	chain in_eth0 {
		type filter hook ingress device "eth0" priority -500; policy accept;
		ip saddr 192.0.2.0/24 drop
	}
	chain guard {
		type filter hook ingress devices = { "eth0", "eth1" } priority -400; policy accept;
		udp dport 11211 drop
	}
	chain out_eth0 {
		type filter hook egress device "eth0" priority 0; policy accept;
		ip daddr 203.0.113.0/24 drop
	}
}
table bridge br {
	chain forwarding {
		type filter hook forward priority -200; policy drop;
		ether saddr 02:00:00:00:00:01 accept
	}
}
table arp a {
	chain arp_in {
		type filter hook input priority 0; policy accept;
		arp operation request drop
	}
}
table ip filter {
	chain FORWARD {
		type filter hook forward priority 0; policy drop;
		ct state established accept
	}
}
`;

test('each device has its column; bridge and ARP have maps of their own', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'edge.nft', content: EDGE }]);
  await settled(page);
  const map = page.getByRole('region', { name: 'Hook map' });
  const family = page.getByRole('group', { name: 'Family' });
  await family.getByRole('button', { name: 'IPv4' }).click();
  await expect(map.getByText('ingress, by device')).toBeVisible();
  const guards = map.getByRole('button', { name: /^ingress, -400: guard/ });
  await expect(guards).toHaveCount(2);
  await expect(guards.nth(1)).toHaveAttribute('aria-label', /device eth1/);
  const [first, second] = [await guards.nth(0).boundingBox(), await guards.nth(1).boundingBox()];
  expect(second?.y).toBeCloseTo(first?.y ?? 0, 0);
  expect(second?.x).toBeGreaterThan((first?.x ?? 0) + 60);
  // The buttons over the map hide none of its words.
  const [egress, way] = [
    await map.getByText('egress', { exact: true }).boundingBox(),
    await map.getByRole('group', { name: 'Packet path' }).boundingBox(),
  ];
  expect(way?.y).toBeGreaterThan((egress?.y ?? 0) + (egress?.height ?? 0));
  await guards.nth(1).click();
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('guard');
  await family.getByRole('button', { name: 'Bridge' }).click();
  await expect(map.getByRole('button', { name: /^forward, -200: forwarding/ })).toBeVisible();
  await expect(map.getByText('bridging', { exact: true })).toBeVisible();
  await family.getByRole('button', { name: 'ARP' }).click();
  await expect(map.getByRole('button', { name: /^input, 0: arp_in/ })).toBeVisible();
  await expect(map.getByText('forward', { exact: true })).toHaveCount(0);
});

test('dumps of several nodes are read as one until one of them is chosen', async ({ page }) => {
  await open(page);
  await drop(page, [
    { name: 'worker-1.save', content: NODE },
    { name: 'worker-2.nft', content: FIREWALL },
  ]);
  await settled(page);
  const map = page.getByRole('region', { name: 'Hook map' });
  const node = page.getByRole('combobox', { name: 'Node' });
  await expect(node.locator('option:checked')).toHaveText('2 dumps as one node');
  await expect(card(map, FORWARD)).toBeVisible();
  await expect(card(map, /^forward, 10: filter_FORWARD/)).toBeVisible();
  await node.selectOption({ label: 'only worker-2 (1 dump)' });
  await expect(card(map, FORWARD)).toHaveCount(0);
  await expect(card(map, /^forward, 10: filter_FORWARD/)).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Dumps' }).locator('[aria-current]')).toContainText('worker-2.nft');
  await node.selectOption({ label: 'only worker-1 (1 dump)' });
  await expect(card(map, FORWARD)).toBeVisible();
  await expect(card(map, /^forward, 10: filter_FORWARD/)).toHaveCount(0);
  await node.selectOption({ label: '2 dumps as one node' });
  await expect(card(map, /^forward, 10: filter_FORWARD/)).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test('the choice of a node is in a link, with the dumps of the others, and survives a reload', async ({ page }) => {
  await open(page);
  await drop(page, [
    { name: 'worker-1.save', content: NODE },
    { name: 'worker-2.nft', content: FIREWALL },
  ]);
  await settled(page);
  const node = page.getByRole('combobox', { name: 'Node' });
  const chosen = node.locator('option:checked');
  await node.selectOption({ label: 'only worker-2 (1 dump)' });
  const map = page.getByRole('region', { name: 'Hook map' });
  await expect(card(map, FORWARD)).toHaveCount(0);
  await page.getByRole('button', { name: 'Share' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this view' });
  await expect(dialog.getByRole('listitem').filter({ hasText: 'worker-1.save' })).toContainText('of another node');
  const link = dialog.getByRole('textbox', { name: 'Link' });
  await expect(link).toHaveValue(/#v2\./);
  const hash = new URL(await link.inputValue()).hash;
  await dialog.getByLabel('Include counters').click();
  await expect(dialog).toContainText('Not in it: 1 dump of other nodes');
  await page.keyboard.press('Escape');
  await page.waitForTimeout(900);
  await page.reload();
  await expect(chosen).toHaveText('only worker-2 (1 dump)');
  await expect(card(map, /^forward, 10: filter_FORWARD/)).toBeVisible();

  await page.goto('about:blank');
  await open(page, hash);
  await expect(chosen).toHaveText('only worker-2 (1 dump)');
  await expect(card(map, /^forward, 10: filter_FORWARD/)).toBeVisible();
  await expect(card(map, FORWARD)).toHaveCount(0);
  await node.selectOption({ label: 'only worker-1 (1 dump)' });
  await expect(card(map, FORWARD)).toBeVisible();
});
