/**
 * How the page itself behaves with a big dump, in Chromium: from drop to map and to findings, the longest task on the main thread, and memory of
 * page and worker, beside what `iptables-nft-restore --test` needs for the same file in the same run.
 *
 * `npx tsx web/bench/browser.ts [--services 10800] [--file DUMP] [--runs 3] [--json]`, after `npm run build`. The native figure needs root and
 * iptables; without them, and for another FILE than an iptables-save, it is left out and the output says so.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { launchArguments } from '../e2e/launch.ts';
import { generateKubeProxy } from './generate.ts';
import { medianOf } from './measure.ts';

interface Figures {
  readonly dropToMapMs: number;
  readonly dropToFindingsMs: number;
  readonly longestTaskMs: number;
  readonly tasksOver200Ms: number;
  /** After collection, with the buffers outside of the engine's heap. */
  readonly pageHeapMB: number;
  /** Of all its workers together. */
  readonly workerHeapMB: number;
  /** The most memory that the process of page and worker has held at once. */
  readonly peakMB: number | null;
}

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '10800' },
    file: { type: 'string' },
    runs: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const PORT = 5191;
/** What the loader wraps around named functions must exist in the page, too. */
const SHIM = 'globalThis.__name = (value) => value;';
/** Milliseconds: a page that does not show a map by then shows none. */
const PATIENCE = 180_000;
/** Milliseconds after the findings: the editor and its colours arrive last, and their tasks count too. */
const SETTLE = 4_000;

const folder = mkdtempSync(join(tmpdir(), 'nfscope-bench-'));
const file = values.file ?? join(folder, 'node.save');
if (values.file === undefined) {
  const dump = { services: Number(values.services), endpoints: 4, format: 'iptables', calico: false } as const;
  writeFileSync(file, generateKubeProxy(dump));
}

const server = spawn(process.execPath, ['web/e2e/serve.mjs', '--port', String(PORT)], { stdio: 'inherit' });
const browser = await chromium.launch({
  executablePath: process.env['NFSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: launchArguments,
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
  const workers = await watchWorkers(page);
  await page.addInitScript(SHIM);
  await page.addInitScript(watchPage);
  await page.goto(`http://127.0.0.1:${PORT}/`);
  const button = page.getByRole('button', { name: 'Choose files' });
  await button.waitFor();
  // A person needs longer to find a file.
  await page.waitForTimeout(1000);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), button.click()]);
  await chooser.setFiles(path);
  await page.waitForFunction(() => (globalThis as unknown as Watched).nfscopeWatch.findings > 0, null, {
    timeout: PATIENCE,
  });
  await page.waitForTimeout(SETTLE);
  const watch = await page.evaluate(() => (globalThis as unknown as Watched).nfscopeWatch);
  const tasks = watch.tasks.filter(({ start }) => start >= watch.drop).map(({ duration }) => duration);
  const peakMB = await peakOfRenderer(from);
  const pageHeapMB = await heapOf((method) => workers.session.send(method));
  let workerHeapMB = 0;
  for (const send of workers.all()) workerHeapMB += await heapOf(send);
  await context.close();
  return {
    dropToMapMs: Math.round(watch.map - watch.drop),
    dropToFindingsMs: Math.round(watch.findings - watch.drop),
    longestTaskMs: Math.round(Math.max(0, ...tasks)),
    tasksOver200Ms: tasks.filter((ms) => ms > 200).length,
    pageHeapMB,
    workerHeapMB,
    peakMB,
  };
}

interface Watched {
  nfscopeWatch: {
    drop: number;
    map: number;
    findings: number;
    tasks: { start: number; duration: number }[];
  };
}

/** Runs in the page: notes when a file was chosen, when the map and the findings are there, and long tasks. */
function watchPage(): void {
  const watch = { drop: 0, map: 0, findings: 0, tasks: [] as { start: number; duration: number }[] };
  (globalThis as unknown as Watched).nfscopeWatch = watch;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) watch.tasks.push({ start: startTime, duration });
  }).observe({ type: 'longtask' });
  addEventListener(
    'change',
    () => {
      watch.drop = performance.now();
    },
    true,
  );
  const look = (): void => {
    const now = performance.now();
    if (watch.map === 0 && document.querySelector('section[aria-label="Hook map"] svg [data-target]')) watch.map = now;
    const busy = document.querySelector('section[aria-label="Findings"]')?.getAttribute('aria-busy');
    if (watch.map > 0 && busy === 'false') {
      watch.findings = now;
      observer.disconnect();
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-busy'] });
}

type Send = (method: 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage') => Promise<unknown>;

async function heapOf(send: Send): Promise<number> {
  await send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = (await send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return Math.round((usedSize + backingStorageSize) / 1e6);
}

interface Workers {
  readonly session: CDPSession;
  /** Those that there are now: the one that reads dumps, and the prover. */
  readonly all: () => readonly Send[];
}

/** Talks to the page's workers through the page's session: Playwright has none for workers. */
async function watchWorkers(page: Page): Promise<Workers> {
  const session = await page.context().newCDPSession(page);
  const waiting = new Map<number, (result: unknown) => void>();
  const present = new Set<string>();
  let next = 1;
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') present.add(sessionId);
  });
  session.on('Target.detachedFromTarget', ({ sessionId }) => present.delete(sessionId));
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id: number; result: unknown };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sendTo =
    (sessionId: string): Send =>
    (method) =>
      new Promise((resolve) => {
        const id = next++;
        waiting.set(id, resolve);
        void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) });
      });
  return { session, all: () => [...present].map(sendTo) };
}

/** Linux only: null elsewhere. The renderer with the largest peak is the one of the page. */
async function peakOfRenderer(from: Browser): Promise<number | null> {
  const session = await from.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  let most: number | null = null;
  for (const { id, type } of processInfo) {
    if (type !== 'renderer') continue;
    try {
      const kilobytes = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1];
      if (kilobytes !== undefined) most = Math.max(most ?? 0, Math.round(Number(kilobytes) / 1000));
    } catch (error) {
      console.error(`no peak of process ${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return most;
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

function report(figures: readonly Figures[], native: readonly (number | null)[]): void {
  const measured = native.filter((ms) => ms !== null);
  const median = (of: (one: Figures) => number): number => medianOf(figures.map(of));
  const nativeMs = measured.length > 0 ? medianOf(measured) : null;
  const peaks = figures.map(({ peakMB }) => peakMB).filter((peak) => peak !== null);
  const result = {
    megabytes: Number((statSync(file).size / 1e6).toFixed(1)),
    dropToMapMs: median((one) => one.dropToMapMs),
    dropToFindingsMs: median((one) => one.dropToFindingsMs),
    nativeMs,
    ratio: nativeMs === null ? null : Number((median((one) => one.dropToMapMs) / nativeMs).toFixed(2)),
    longestTaskMs: Math.max(...figures.map((one) => one.longestTaskMs)),
    tasksOver200Ms: Math.max(...figures.map((one) => one.tasksOver200Ms)),
    pageHeapMB: median((one) => one.pageHeapMB),
    workerHeapMB: median((one) => one.workerHeapMB),
    peakMB: peaks.length > 0 ? Math.max(...peaks) : null,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
  if (values.json) console.log(JSON.stringify(result));
  else for (const [name, figure] of Object.entries(result)) console.log(`${name.padEnd(18)} ${figure}`);
}
