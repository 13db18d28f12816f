/** Paints the PNG icons of public/icons/ from the SVG beside them: `npx tsx web/dev/icons.ts`, after a change of those. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { launchArguments } from '../e2e/launch.ts';

const FOLDER = fileURLToPath(new URL('../../public/icons/', import.meta.url));
/** iOS cuts its own corners, out of a full square. */
const PICTURES = [
  ['icon.svg', 'icon-192.png', 192],
  ['icon.svg', 'icon-512.png', 512],
  ['maskable.svg', 'maskable-512.png', 512],
  ['maskable.svg', 'apple-touch-180.png', 180],
] as const;

const browser = await chromium.launch({
  executablePath: process.env['NFSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: launchArguments,
});
for (const [source, target, size] of PICTURES) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const svg = readFileSync(`${FOLDER}${source}`, 'utf8').replace('<svg ', `<svg width="${size}" height="${size}" `);
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
  await page.screenshot({ path: `${FOLDER}${target}`, omitBackground: true });
  await page.close();
}
await browser.close();
