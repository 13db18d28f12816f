/**
 * How the page itself behaves with a big dump, in Chromium: from drop to map, the longest task on the main thread, and memory, beside what
 * `iptables-nft-restore --test` needs for the same file in the same run.
 *
 * `npx tsx web/bench/browser.ts [--services 10000] [--runs 3] [--json]`, after `npm run build`. The native figure needs root and iptables; without
 * them it is left out and the output says so.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { launchArguments } from '../e2e/launch.ts';
import { generateKubeProxy } from './generate.ts';

interface Figures {
  readonly dropToMapMs: number;
  readonly longestTaskMs: number;
  readonly tasksOver200Ms: number;
  readonly pageHeapMB: number;
}

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const PORT = 5191;

const folder = mkdtempSync(join(tmpdir(), 'nfscope-bench-'));
const file = join(folder, 'node.save');
const dump = generateKubeProxy({ services: Number(values.services), endpoints: 4, format: 'iptables', calico: false });
writeFileSync(file, dump);

const server = spawn(process.execPath, ['web/e2e/serve.mjs', '--port', String(PORT)], { stdio: 'inherit' });
const browser = await chromium.launch({
  ...(process.env['NFSCOPE_CHROMIUM']
    ? { executablePath: process.env['NFSCOPE_CHROMIUM'] }
    : { executablePath: '/usr/bin/chromium' }),
  args: [...launchArguments, '--enable-precise-memory-info', '--js-flags=--expose-gc'],
});
try {
  const figures: Figures[] = [];
  const native: (number | null)[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    native.push(timeNative(file));
    figures.push(await openDump(browser, file));
  }
  report(figures, native);
} finally {
  await browser.close();
  server.kill();
  rmSync(folder, { recursive: true });
}

async function openDump(from: Browser, path: string): Promise<Figures> {
  const context = await from.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${PORT}/`);
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  await watchTasks(page);
  const start = Date.now();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ]);
  await chooser.setFiles(path);
  await page.waitForSelector('section[aria-label="Hook map"] svg [data-target]', { timeout: 120_000 });
  const dropToMapMs = Date.now() - start;
  // The editor and the panels arrive after the map: their tasks count too.
  await page.waitForTimeout(4000);
  const tasks = await page.evaluate(() => (globalThis as unknown as { nfscopeTasks: number[] }).nfscopeTasks);
  const heap = await page.evaluate(() => {
    (globalThis as unknown as { gc?: () => void }).gc?.();
    return (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize;
  });
  await context.close();
  return {
    dropToMapMs,
    longestTaskMs: Math.round(Math.max(0, ...tasks)),
    tasksOver200Ms: tasks.filter((ms) => ms > 200).length,
    pageHeapMB: Math.round(heap / 1e6),
  };
}

async function watchTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    (globalThis as unknown as { nfscopeTasks: number[] }).nfscopeTasks = tasks;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
}

/** Milliseconds of `iptables-nft-restore --test` in a network namespace of its own; null where it cannot run. */
function timeNative(path: string): number | null {
  try {
    const start = Date.now();
    execFileSync('unshare', ['-n', 'iptables-nft-restore', '--test', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 120_000,
    });
    return Date.now() - start;
  } catch (error) {
    console.error(`no native figure: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function report(figures: readonly Figures[], native: readonly (number | null)[]): void {
  const measured = native.filter((ms) => ms !== null);
  const result = {
    services: Number(values.services),
    megabytes: Number((dump.length / 1e6).toFixed(1)),
    rules: dump.split('\n').filter((line) => line.startsWith('-A') || line.startsWith('[')).length,
    dropToMapMs: median(figures.map((f) => f.dropToMapMs)),
    nativeMs: measured.length > 0 ? median(measured) : null,
    ratio:
      measured.length > 0 ? Number((median(figures.map((f) => f.dropToMapMs)) / median(measured)).toFixed(2)) : null,
    longestTaskMs: Math.max(...figures.map((f) => f.longestTaskMs)),
    tasksOver200Ms: Math.max(...figures.map((f) => f.tasksOver200Ms)),
    pageHeapMB: median(figures.map((f) => f.pageHeapMB)),
  };
  if (values.json) console.log(JSON.stringify(result));
  else for (const [name, figure] of Object.entries(result)) console.log(`${name.padEnd(16)} ${figure}`);
}
