/** Archives as users drop them: a bundle of several nodes, a zip, a compressed dump, a broken one. */
import { gzipSync, strToU8, zipSync } from 'fflate';
import { dump, nftDump, tar } from '../archive/testing.ts';
import { FIREWALL, NODE } from './dumps.ts';
import { drop, expect, open, paste, settled, test } from './page.ts';

const twoNodes = gzipSync(
  tar([
    { name: 'bundle/worker-1/iptables-save', content: NODE },
    { name: 'bundle/worker-1/nft.txt', content: FIREWALL },
    { name: 'bundle/worker-1/kubelet.log', content: 'I0101 started\n' },
    { name: 'bundle/worker-2/iptables-save', content: dump('of the second') },
  ]),
);

test('a tar.gz of two nodes asks which one, and opens it', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'bundle.tar.gz', content: [...twoNodes] }]);
  const dialog = page.getByRole('dialog', { name: 'Which of 2 nodes?' });
  await expect(dialog.getByRole('checkbox')).toHaveCount(2);
  await expect(dialog.getByRole('button', { name: 'Open', exact: true })).toBeDisabled();
  await dialog.getByRole('checkbox', { name: /worker-1/ }).check();
  await expect(dialog.getByText('bundle/worker-1/nft.txt')).toBeVisible();
  await dialog.getByRole('button', { name: 'Open this node' }).click();
  await settled(page);
  for (const name of ['iptables-save', 'nft.txt'])
    await expect(page.getByRole('button', { name: `Close ${name}` })).toHaveCount(1);
});

test('the dialog works with the keyboard alone, and Escape leaves the page as it was', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'bundle.tar.gz', content: [...twoNodes] }]);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox', { name: /worker-1/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('button', { name: 'Choose files' })).toBeVisible();
  await drop(page, [{ name: 'bundle.tar.gz', content: [...twoNodes] }]);
  await expect(dialog.getByRole('checkbox', { name: /worker-1/ })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(dialog.getByRole('checkbox', { name: /worker-2/ })).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await settled(page);
  await expect(page.getByRole('region', { name: 'Hook map' }).getByText('OUTPUT').first()).toBeVisible();
});

test('two ticked nodes are warned about', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'bundle.tar.gz', content: [...twoNodes] }]);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: /worker-1/ }).check();
  await dialog.getByRole('checkbox', { name: 'worker-2', exact: false }).first().check();
  await expect(dialog.getByText(/2 nodes are ticked/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // Of many, the first are listed, and a word finds the others.
  const many = tar(Array.from({ length: 700 }, (_, i) => ({ name: `all/n${i}/filter.save`, content: dump(`${i}`) })));
  await drop(page, [{ name: 'many.tar.gz', content: [...gzipSync(many)] }]);
  await expect(dialog.getByText('400 more nodes: find them by a word above.')).toBeVisible();
  await dialog.getByRole('searchbox').fill('n699/');
  await expect(dialog.getByRole('checkbox', { name: /^n699/ })).toBeVisible();
});

test('a zip of one node opens at once and says what was opened', async ({ page }) => {
  await open(page);
  const zip = zipSync({
    'diag/iptables-save.txt': strToU8(NODE),
    'diag/rules.nft.gz': gzipSync(strToU8(nftDump('inner'))),
    'etc/nftables.conf': strToU8(nftDump('boot')),
  });
  await drop(page, [{ name: 'node.zip', content: [...zip] }]);
  await settled(page);
  const notice = page.getByRole('region', { name: 'Notices' });
  await expect(notice).toContainText(/Opened 2 dumps of .*“node.zip”/);
  await notice.getByRole('button', { name: 'Choose…' }).click();
  await expect(page.getByRole('dialog').getByText('etc/nftables.conf')).toBeVisible();
});

test('a .gz of one dump opens like the dump', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'node.save.gz', content: [...gzipSync(strToU8(NODE))] }]);
  await settled(page);
  await expect(page.getByRole('dialog')).toBeHidden();
});

for (const [what, name, content, words] of [
  ['without dumps', 'photos.zip', zipSync({ 'a.txt': strToU8('nothing') }), /“photos.zip” holds 1 file, but no dump/],
  ['of zeros', 'empty.tar', tar([]), /“empty.tar” holds no file/],
  ['cut off', 'cut.tar.gz', twoNodes.slice(0, 40), /cut off|damaged/],
  [
    'with an xz inside',
    'x.tar',
    tar([{ name: 'in.tar.xz', content: Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0) }]),
    /an xz file.*Unpack it/,
  ],
] as const) {
  test(`an archive ${what} is told, and the page stays usable`, async ({ page }) => {
    await open(page);
    await drop(page, [{ name, content: [...content] }]);
    await expect(page.getByRole('region', { name: 'Notices' })).toContainText(words);
    await paste(page, NODE);
    await settled(page);
  });
}

test('390 pixels wide, the dialog fits', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await drop(page, [{ name: 'bundle.tar.gz', content: [...twoNodes] }]);
  const box = await page.getByRole('dialog').boundingBox();
  expect(box?.x).toBeGreaterThanOrEqual(0);
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
});
