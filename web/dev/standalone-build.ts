/**
 * Builds the parts of a page file (web/standalone): the whole page as one script, one style sheet and its workers, packed. Fonts and pictures become
 * data inside of them. The samples stay out: they would be half of it.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite';
import type { PageCode, PageParts } from '../standalone/page-file.ts';
import { filePolicy } from './policy.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The module that gives the page its `PageParts`: see standalone-plugin.ts. */
export const PARTS_MODULE = 'virtual:nfscope-standalone';

let building: Promise<PageParts> | null = null;

/** One build for the whole process, of about ten seconds. */
export function buildPageParts(): Promise<PageParts> {
  building ??= makeParts();
  return building;
}

async function makeParts(): Promise<PageParts> {
  const code = await buildPage();
  const boot = await buildBoot();
  return {
    policy: policyFor(boot, code.script),
    icon: `data:image/svg+xml;base64,${readFileSync(`${ROOT}public/favicon.svg`).toString('base64')}`,
    boot,
    code: gzipSync(JSON.stringify(code), { level: 9 }).toString('base64'),
  };
}

function policyFor(...scripts: readonly string[]): string {
  return filePolicy(scripts.map((script) => `sha256-${createHash('sha256').update(script).digest('base64')}`));
}

/** A file cannot make another one from the module: it has its own parts at hand. Nor has it samples. */
const leftOut: Plugin = {
  name: 'nfscope-left-out',
  enforce: 'pre',
  resolveId: (id) => {
    if (id === PARTS_MODULE) return '\0no-parts';
    return id.endsWith('/samples/index.ts') ? '\0no-samples' : null;
  },
  load: (id) => {
    if (id === '\0no-parts') return 'export const parts = null;';
    return id === '\0no-samples' ? 'export const SAMPLES = [];' : null;
  },
};

function bundle(
  input: string,
  options: InlineConfig,
): Promise<readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[]> {
  return build({
    configFile: false,
    root: ROOT,
    base: './',
    publicDir: false,
    mode: 'production',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
    build: {
      target: 'es2023',
      write: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      cssCodeSplit: false,
      modulePreload: false,
      chunkSizeWarningLimit: 100_000,
      ...options.build,
      rolldownOptions: { input, output: { codeSplitting: false }, ...options.build?.rolldownOptions },
    },
  }).then((result) => {
    if (!Array.isArray(result) && !('output' in result)) throw new Error('the build watches instead of building');
    return (Array.isArray(result) ? result : [result]).flatMap(({ output }) => output);
  });
}

async function buildPage(): Promise<PageCode> {
  const output = await bundle(`${ROOT}web/main.tsx`, {
    plugins: [react(), leftOut],
    // Classic scripts: see ui/spawn.ts.
    worker: { format: 'iife', plugins: () => [leftOut], rolldownOptions: { output: { codeSplitting: false } } },
    experimental: {
      renderBuiltUrl: (file, { hostType }) =>
        hostType === 'js' ? { runtime: `nfscopeFile(${JSON.stringify(file)})` } : { relative: true },
    },
  });
  let script: string | null = null;
  let style = '';
  const files: Record<string, string> = {};
  for (const file of output) {
    if (file.type === 'chunk') {
      if (script !== null) throw new Error(`the page file has a second script, ${file.fileName}`);
      script = file.code;
    } else if (file.fileName.endsWith('.css')) style += asText(file.source);
    else if (file.fileName.endsWith('.js')) files[file.fileName] = asText(file.source);
    else throw new Error(`${file.fileName} is not inside of the page file`);
  }
  if (script === null) throw new Error('the page file has no script');
  return { style, script, files };
}

async function buildBoot(): Promise<string> {
  const output = await bundle(`${ROOT}web/standalone/boot.ts`, {
    build: { rolldownOptions: { output: { format: 'iife', codeSplitting: false } } },
  });
  const [chunk] = output;
  if (chunk?.type !== 'chunk' || output.length > 1) throw new Error('the boot script is not one script');
  return chunk.code.trim();
}

function asText(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}
