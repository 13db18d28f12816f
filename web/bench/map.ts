/**
 * How fast the hook map is in Chromium: the drawing alone, with 60 cards of 400 stripes, and the built page's frames while a real node's map
 * is panned, zoomed and pointed at, also with its cards open into rules, and how long opening a chain takes until its rules are there, and until its jump tree is. The map's goals are 30 ms for a first drawing and 60 frames a second.
 *
 * `npx tsx web/bench/map.ts [--runs 30] [--file DUMP] [--json]`, after `npm run build`. Browsers are slower without a graphics card (as here: --disable-gpu),
 * and any other work on the machine shows in the worst figures: the load is printed with them.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer } from 'vite';
import { launchArguments } from '../e2e/launch.ts';
import { card, model } from '../layout/example-models.ts';
import type { CardModel, HookMapModel } from '../layout/hook-map-model.ts';

interface Figures {
  readonly median: number;
  readonly worst: number;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
    /** Files of another node than the sample's. */
    file: { type: 'string', multiple: true },
  },
});
const RUNS = Number(values.runs);
const PAGE_PORT = 5192;
/** Milliseconds: a chain without a tree by then has none. */
const TREE_PATIENCE = 2000;
/** What the loader wraps around named functions must exist in the page, too. */
const SHIM = 'globalThis.__name = (value) => value;';
const SAMPLE = ['node-a.nft', 'node-a.legacy.save'];

const browser = await chromium.launch({
  executablePath: process.env['NFSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
  args: launchArguments,
});
try {
  report({ ...(await drawing(browser)), ...(await frames(browser)) });
} finally {
  await browser.close();
}

// ---------------------------------------------------------------------------------------------------------------- the drawing alone

/** 12 cards in each of 5 hooks, 400 stripes in all, with a mark on every second boundary. */
function bigModel(): HookMapModel {
  const owners = ['calico', 'docker', 'kube-proxy', 'tailscale', 'firewalld', 'other', 'kubelet'];
  let left = 400;
  const column = (hook: number): CardModel[] =>
    Array.from({ length: 12 }, (_, row) => {
      const stripes = Math.round(left / (60 - hook * 12 - row));
      left -= stripes;
      const parts = Array.from(
        { length: stripes },
        (_, i) => [owners[i % owners.length] as string, 1 + (i % 4), i * 40] as const,
      );
      const marks = parts.flatMap((_, boundary) =>
        boundary % 2 === 1
          ? [
              {
                findings: [`f${hook}-${row}-${boundary}`],
                sign: 'benign',
                severity: 'info',
                boundary,
                label: 'benign',
              } as const,
            ]
          : [],
      );
      return card(`CHAIN_${row}`, 'ip filter', row * 10 - 50, parts, { marks });
    });
  const [prerouting, forward, input, output, postrouting] = [0, 1, 2, 3, 4].map(column) as [
    CardModel[],
    CardModel[],
    CardModel[],
    CardModel[],
    CardModel[],
  ];
  return model('ip', { prerouting, forward, input, output, postrouting });
}

/** Milliseconds per run: layout; first drawing into an empty page and redrawing at another size, each with the browser's own style and layout. */
async function drawing(from: Browser): Promise<Record<string, Figures>> {
  const server = await createServer({
    logLevel: 'warn',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null, fs: { strict: false } },
  });
  await server.listen();
  try {
    const page = await from.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(SHIM);
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}web/render/preview.html?bare&model=empty`);
    await page.waitForSelector('#map g.hm-world');
    const given = { big: bigModel(), runs: RUNS, base: server.resolvedUrls?.local[0] ?? '' };
    const times = await page.evaluate(async ({ big, runs, base }) => {
      const load = (path: string): Promise<unknown> => import(/* @vite-ignore */ `${base}web/${path}`);
      const { layoutHookMap } = (await load('layout/hook-map.ts')) as typeof import('../layout/hook-map.ts');
      const { exampleLook } = (await load('layout/example-models.ts')) as typeof import('../layout/example-models.ts');
      const { renderHookMap } = (await load('render/hook-map.ts')) as typeof import('../render/hook-map.ts');
      const none = new Set<string>();
      const state = { selected: none, findings: none, hover: none, dimmedOwners: none, loading: false };
      const out = { layout: [] as number[], first: [] as number[], redraw: [] as number[], select: [] as number[] };
      const old = document.querySelector('#map');
      const timed = (into: number[], work: () => unknown): void => {
        const start = performance.now();
        work();
        into.push(performance.now() - start);
      };
      for (let run = 0; run < runs; run++) {
        const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
        old?.replaceChildren(svg);
        const lay = (width: number) => layoutHookMap(big, { width, look: exampleLook });
        let geometry = lay(863);
        timed(out.layout, () => {
          geometry = lay(863 + run);
        });
        timed(out.first, () => {
          renderHookMap(svg, geometry, state);
          svg.getBBox();
        });
        const wider = lay(1100 + run);
        timed(out.redraw, () => {
          renderHookMap(svg, wider, state);
          svg.getBBox();
        });
        const selected = { ...state, selected: new Set([geometry.cards[run % geometry.cards.length]?.id ?? '']) };
        timed(out.select, () => {
          renderHookMap(svg, wider, selected);
          svg.getBBox();
        });
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      return out;
    }, given);
    return {
      layoutMs: figures(times.layout),
      firstDrawingMs: figures(times.first),
      redrawMs: figures(times.redraw),
      selectMs: figures(times.select),
    };
  } finally {
    await server.close();
  }
}

// ------------------------------------------------------------------------------------------------------------------- the page's frames

/** Milliseconds from frame to frame while the sample's map is moved with the pointer and the wheel, and while the pointer crosses cards. */
async function frames(from: Browser): Promise<Record<string, Figures>> {
  const server = spawn(process.execPath, ['web/e2e/serve.mjs', '--port', String(PAGE_PORT)], { stdio: 'inherit' });
  try {
    const page = await from.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript(SHIM);
    await openSample(page);
    const box = await page.getByRole('region', { name: 'Hook map' }).boundingBox();
    if (!box) throw new Error('the map has no size');
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    const idle = await record(page, () => page.waitForTimeout(1000));
    const hover = await record(page, async () => {
      for (let i = 0; i < 90; i++)
        await page.mouse.move(box.x + 90 + (i / 90) * (box.width - 120), box.y + 90 + ((i * 37) % (box.height - 120)));
    });
    const zoom = await record(page, async () => {
      await page.mouse.move(x, y);
      for (let i = 0; i < 90; i++) await page.mouse.wheel(0, i % 30 < 15 ? -40 : 40);
    });
    const pan = await record(page, async () => {
      await page.mouse.wheel(0, -300);
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let i = 0; i < 90; i++)
        await page.mouse.move(x + 150 * Math.sin(i / 9), y + 150 * Math.cos(i / 9), { steps: 1 });
      await page.mouse.up();
    });
    const deepZoom = await record(page, async () => {
      await page.mouse.move(x, y);
      for (let i = 0; i < 90; i++) await page.mouse.wheel(0, i % 60 < 30 ? -60 : 60);
    });
    for (let i = 0; i < 16; i++) await page.mouse.wheel(0, -100);
    await page.waitForTimeout(800);
    const rules = await page.locator('.hm-rule').count();
    const panRules = await record(page, async () => {
      await page.mouse.down();
      for (let i = 0; i < 90; i++)
        await page.mouse.move(x + 300 * Math.sin(i / 9), y + 300 * Math.cos(i / 9), { steps: 1 });
      await page.mouse.up();
    });
    return {
      idleFrameMs: figures(idle),
      pointFrameMs: figures(hover),
      zoomFrameMs: figures(zoom),
      panFrameMs: figures(pan),
      deepZoomFrameMs: figures(deepZoom),
      panRulesFrameMs: figures(panRules),
      rulesInView: { median: rules, worst: rules },
      ...(await openings(page)),
    };
  } finally {
    server.kill();
  }
}

/** Milliseconds from asking for a chain until its first rules are in the page, and until its jump tree is drawn, for those that have one. */
async function openings(page: Page): Promise<Record<string, Figures>> {
  const rules: number[] = [];
  const trees: number[] = [];
  for (let run = 0; run < 8; run++) {
    await page.getByRole('button', { name: 'Hooks', exact: true }).click();
    const cards = page.locator('section[aria-label="Hook map"] .hm-card:not(.hm-empty-card) > .hm-hit');
    await cards.first().waitFor();
    const target = cards.nth((run * 3) % (await cards.count()));
    await target.focus();
    const [rule, tree] = await page.evaluate(
      (patience) =>
        new Promise<[number, number | null]>((resolve) => {
          const start = performance.now();
          let first: number | null = null;
          const done = (drawn: number | null): void => {
            observer.disconnect();
            resolve([first ?? Number.NaN, drawn]);
          };
          const look = (): void => {
            const now = performance.now() - start;
            if (first === null && document.querySelector('.chain-rule .cell-verdict')) first = now;
            if (first !== null && document.querySelector('.icicle-item')) done(now);
          };
          setTimeout(() => done(null), patience);
          const observer = new MutationObserver(look);
          observer.observe(document, { subtree: true, childList: true });
          document.activeElement?.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', shiftKey: true, bubbles: true }),
          );
        }),
      TREE_PATIENCE,
    );
    rules.push(rule);
    if (tree !== null) trees.push(tree);
  }
  return { openChainMs: figures(rules), openTreeMs: figures(trees) };
}

async function openSample(page: Page): Promise<void> {
  const address = `http://127.0.0.1:${PAGE_PORT}/`;
  const up = async (): Promise<boolean> => {
    try {
      return (await fetch(address)).ok;
    } catch {
      // Not listening yet; when it never does, opening the page below says so.
      return false;
    }
  };
  for (let i = 0; i < 100 && !(await up()); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  await page.goto(address);
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ]);
  const folder = new URL('../../samples/six-writers/', import.meta.url);
  await chooser.setFiles(
    values.file ??
      SAMPLE.map((name) => ({ name, mimeType: 'text/plain', buffer: readFileSync(new URL(name, folder)) })),
  );
  await page.waitForSelector('section[aria-label="Hook map"] svg [data-target]', { timeout: 60_000 });
  // The editor and the panels arrive after the map, and what is told of a big dump comes in pieces.
  await page.waitForTimeout(values.file ? 20_000 : 5000);
}

async function record(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const watch = globalThis as unknown as { nfscopeFrames: number[] | null };
    const times: number[] = [];
    watch.nfscopeFrames = times;
    const tick = (now: number): void => {
      if (watch.nfscopeFrames !== times) return;
      times.push(now);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  await act();
  const times = await page.evaluate(() => {
    const watch = globalThis as unknown as { nfscopeFrames: number[] | null };
    const found = watch.nfscopeFrames ?? [];
    watch.nfscopeFrames = null;
    return found;
  });
  return times.slice(1).map((time, index) => time - (times[index] as number));
}

function figures(numbers: readonly number[]): Figures {
  const sorted = [...numbers].sort((a, b) => a - b);
  const rounded = (value: number | undefined): number => Math.round((value ?? Number.NaN) * 10) / 10;
  return { median: rounded(sorted[Math.floor(sorted.length / 2)]), worst: rounded(sorted.at(-1)) };
}

function report(result: Record<string, Figures>): void {
  const load = loadavg()[0]?.toFixed(1) ?? '?';
  if (values.json) console.log(JSON.stringify({ load, ...result }));
  else {
    console.log(`load of the machine ${load}, ${RUNS} drawings of 60 cards and 400 stripes`);
    for (const [name, { median, worst }] of Object.entries(result))
      console.log(`${name.padEnd(16)} median ${String(median).padStart(6)}  worst ${String(worst).padStart(6)}`);
  }
}
