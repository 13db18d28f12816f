/** How dumps come in: paste, drop, file picker, samples, and everything that is no dump. */
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, test } from './page.ts';

const map = { name: 'Hook map' } as const;

test('a pasted dump becomes a map', async ({ page }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await expect(
    page
      .getByRole('region', map)
      .getByRole('button', { name: /FORWARD/ })
      .first(),
  ).toBeVisible();
  await expect(page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /Calico/ })).toBeVisible();
  await expect(page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /kube-proxy/ })).toBeVisible();
});

test('dropped files of one node belong together', async ({ page }) => {
  await open(page);
  await drop(page, [
    { name: 'node.save', content: NODE },
    { name: 'node.nft', content: FIREWALL },
  ]);
  await settled(page);
  await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('node.save');
  await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('node.nft');
  await expect(page.getByRole('region', { name: 'Findings' })).toContainText('firewalld');
});

test('the file picker opens dumps', async ({ page }) => {
  await open(page);
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ]);
  await chooser.setFiles({ name: 'node.save', mimeType: 'text/plain', buffer: Buffer.from(NODE) });
  await settled(page);
});

test('a second paste adds a dump to the same node', async ({ page }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await paste(page, FIREWALL);
  await expect(page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /firewalld/ })).toBeVisible();
});

for (const [what, text, label] of [
  ['commands', 'iptables -A INPUT -i lo -j ACCEPT\niptables -P INPUT DROP\n', 'shell commands'],
  ['a trace', 'trace id 6dc74aca inet tr in policy drop\n', 'nft monitor trace'],
  ['sets', 'Name: x\nType: hash:ip\nHeader: family inet\nMembers:\n1.2.3.4\n', 'ipset list'],
] as const) {
  test(`the page says what was pasted: ${what}`, async ({ page }) => {
    await open(page);
    await paste(page, NODE);
    await settled(page);
    await paste(page, text);
    await expect(page.getByText(label).first()).toBeVisible();
  });
}

test('a trace alone asks for its rules', async ({ page }) => {
  await open(page);
  await paste(page, 'trace id 6dc74aca inet tr in policy drop\n');
  await expect(page.getByRole('status').filter({ hasText: 'a trace of a packet' })).toBeVisible();
});

test('a sample opens from the landing page', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: /Docker and ufw/ }).click();
  await settled(page);
  await expect(page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /Docker/ })).toBeVisible();
});

for (const [what, content, words] of [
  ['nothing', '', /empty/i],
  ['HTML', '<!doctype html><html><body>404</body></html>', /HTML/],
  ['a tool that failed', 'iptables-save v1.8.9: Fatal: can’t open lock file: Permission denied\n', /root|permission/i],
  ['any text', 'Dear colleague,\nthe node is down again.\n', /not|no format|recognised/i],
] as const) {
  test(`text that is no dump gets a message: ${what}`, async ({ page }) => {
    await open(page);
    await drop(page, [{ name: 'thing.txt', content }]);
    await expect(page.getByText(words).first()).toBeVisible();
  });
}

test('a screenshot dropped by mistake is named, and the page stays usable', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'map.png', content: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13] }]);
  await expect(page.getByText(/picture|image|screenshot|PNG/i).first()).toBeVisible();
  await paste(page, NODE);
  await settled(page);
});

for (const [what, text] of [
  ['half a dump', NODE.slice(0, NODE.indexOf('COMMIT') - 40)],
  ['Windows line ends', NODE.replaceAll('\n', '\r\n')],
  ['a fence and a prompt', `\`\`\`\nroot@node-a:~# iptables-save -c\n${NODE}root@node-a:~# \n\`\`\`\n`],
] as const) {
  test(`a damaged dump is still shown: ${what}`, async ({ page }) => {
    await open(page);
    await paste(page, text);
    await settled(page);
    await expect(
      page
        .getByRole('region', map)
        .getByRole('button', { name: /FORWARD/ })
        .first(),
    ).toBeVisible();
    await expect(page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /Calico/ })).toBeVisible();
  });
}

test('the text survives a reload', async ({ page }) => {
  await open(page);
  await paste(page, NODE);
  await settled(page);
  await page.reload();
  await settled(page);
  await expect(page.getByRole('group', { name: 'Owners' }).getByRole('button', { name: /Calico/ })).toBeVisible();
});

test('a closed dump comes back with undo', async ({ page }) => {
  await open(page);
  await drop(page, [
    { name: 'node.save', content: NODE },
    { name: 'node.nft', content: FIREWALL },
  ]);
  await settled(page);
  await page.getByRole('button', { name: 'Close node.nft' }).click();
  await expect(page.getByRole('navigation', { name: 'Dumps' })).not.toContainText('node.nft');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('navigation', { name: 'Dumps' })).toContainText('node.nft');
});

test('the built page may not connect anywhere', async ({ page }) => {
  await open(page);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("connect-src 'none'");
  expect(policy).toContain("default-src 'none'");
});
