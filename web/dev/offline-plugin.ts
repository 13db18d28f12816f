/** Writes `sw.js` into the built page: the service worker of web/offline, with the list of the build's files and their hashes. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { Build } from '../offline/build-files.ts';

const ENTRY = fileURLToPath(new URL('../offline/service-worker.ts', import.meta.url));
const WORKER = 'sw.js';
/** Of no use to the page. */
const LEFT_OUT = new Set([WORKER, 'screenshot.png', 'screenshot-chain.png', 'screenshot-trace.png']);

export function offlinePage(): Plugin {
  let folder = '';
  return {
    name: 'nfscope-offline',
    apply: (config, { command }) => command === 'build' && !config.build?.ssr,
    configResolved: ({ root, build: { outDir } }) => {
      folder = resolve(root, outDir);
    },
    // The files of public/ are there by then.
    closeBundle: {
      order: 'post',
      sequential: true,
      handler: async () => {
        const list: Build = listBuild(folder);
        writeFileSync(
          join(folder, WORKER),
          `const nfscopeBuild = ${JSON.stringify(list, null, 1)};\n${await bundleWorker()}`,
        );
      },
    },
  };
}

/** Every file of the folder with its hash. */
export function listBuild(folder: string): Build {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !LEFT_OUT.has(path))
    .sort();
  const files = Object.fromEntries(
    paths.map((path) => [path === 'index.html' ? '' : path, integrityOf(readFileSync(join(folder, path)))]),
  );
  return { version: createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16), files };
}

function integrityOf(bytes: Uint8Array): string {
  return `sha256-${createHash('sha256').update(bytes).digest('base64')}`;
}

async function bundleWorker(): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      target: 'es2023',
      write: false,
      modulePreload: false,
      rolldownOptions: { input: ENTRY, output: { format: 'iife', codeSplitting: false } },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const files = outputs.flatMap((one) => ('output' in one ? one.output : []));
  const [chunk] = files;
  if (chunk?.type !== 'chunk' || files.length > 1) throw new Error('the service worker is not one script');
  return chunk.code;
}
